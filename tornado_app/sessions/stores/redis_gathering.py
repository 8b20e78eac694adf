"""Commands that run one script, sent as one: the server answers once for all."""

from collections.abc import Sequence
from typing import Any

from .redis_wire import Command, Words


def words_of(commands: Sequence[Command]) -> Words:
    """Return what *commands* are as one: a single one, or many that run one script."""
    script = commands[0].script
    if script is None:
        return commands[0].words
    words: list[str | int] = ["EVALSHA", script.sha, len(commands)]
    words.extend([command.key for command in commands])
    for command in commands:
        words.append(len(command.words))
        words.extend(command.words)
    return tuple(words)


def gathered(commands: Sequence[Command]) -> list[list[int]]:
    """Return which of *commands* go together, each by its place among them.

    Those of one key stay in their order: where a key comes twice, all go alone.
    """
    if len({command.key for command in commands}) < len(commands):
        return [[at] for at in range(len(commands))]
    alone, together = list[list[int]](), dict[str, list[int]]()
    for at, command in enumerate(commands):
        if command.script is None or not command.script.gathers:
            alone.append([at])
        else:
            together.setdefault(command.script.sha, []).append(at)
    return [*together.values(), *alone]


def scattered(
    answers: Sequence[Any], commands: Sequence[Command], groups: Sequence[list[int]]
) -> list[Any]:
    """Return the answer to each of *commands*; an error of a group is everyone's."""
    each: list[Any] = [None] * len(commands)
    for answer, group in zip(answers, groups, strict=True):
        is_list = commands[group[0]].script is not None and isinstance(answer, list)
        theirs = answer if is_list else [answer] * len(group)
        for at, one in zip(group, theirs, strict=True):
            each[at] = one
    return each
