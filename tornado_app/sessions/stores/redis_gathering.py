"""Commands that run one script, sent as one: the server answers once for all."""

from collections.abc import Sequence
from typing import Any

from .redis_wire import Command, Each, Words


def words_of(commands: Sequence[Command]) -> Words:
    """Return what *commands* are as one: a single one, or many that run one script.

    Many have as many words each.
    """
    script = commands[0].script
    if script is None:
        return commands[0].words
    keys, arguments = list[str](), list[str | int]()
    for command in commands:
        keys.append(command.key)
        arguments += command.words
    return Each(script, keys, arguments).words()


def gathered(commands: Sequence[Command]) -> list[list[int]]:
    """Return which of *commands* go together, each by its place among them.

    They run one script, with as many words. Those of one key stay in their order:
    where a key comes twice, all go alone.
    """
    if len({command.key for command in commands}) < len(commands):
        return [[at] for at in range(len(commands))]
    alone, together = list[list[int]](), dict[tuple[str, int], list[int]]()
    for at, (_, words, script) in enumerate(commands):
        if script is None or not script.gathers:
            alone.append([at])
        else:
            together.setdefault((script.sha, len(words)), []).append(at)
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
