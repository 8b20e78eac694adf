"""What is asked of a Redis server: a script about many records, or one command."""

from dataclasses import dataclass
from itertools import chain
from typing import Any

from .redis_scripts import Script
from .redis_wire import Words


@dataclass(slots=True)
class Call:
    """One question about each of *keys*, which a server answers at once."""

    script: Script | None
    keys: list[str]
    arguments: list[str | int]
    """For one key after the other, as many for each; without a script the command."""

    def words(self) -> Words:
        """Return what is sent."""
        if self.script is None:
            return tuple(self.arguments)
        return ("EVALSHA", self.script.sha, len(self.keys), *self.keys, *self.arguments)

    def each(self, answer: Any) -> list[Any]:
        """Return what a server's *answer* says of each key; an error is everyone's."""
        if self.script is not None and isinstance(answer, list):
            return answer
        return [answer] * len(self.keys)

    def alone(self) -> "list[Call]":
        """Return the calls that ask about one key each."""
        count = len(self.arguments) // len(self.keys)
        return [
            Call(self.script, [key], self.arguments[at * count : (at + 1) * count])
            for at, key in enumerate(self.keys)
        ]


def run(script: Script, key: str, *arguments: str | int) -> Call:
    """Return the call that runs *script* on *key*."""
    return Call(script, [key], list(arguments))


def command(name: str, key: str, *arguments: str | int) -> Call:
    """Return the call of the command *name* about *key*."""
    return Call(None, [key], [name, key, *arguments])


class Gathering:
    """Puts what is asked about many records into few calls.

    What runs one script with as many arguments goes together, where all may be done
    *in_any_order*; a script that may take long goes alone.
    """

    def __init__(self, *, in_any_order: bool) -> None:
        self.calls: list[Call] = []
        self._in_any_order = in_any_order
        self._open: dict[tuple[str, int], tuple[Call, list[int]]] = {}
        # For each call, which of the questions it asks.
        self._places: list[list[int]] = []
        self._count = 0

    def add(self, script: Script, key: str, arguments: list[str | int]) -> None:
        """Ask the next question: what *script* answers about *key*."""
        kind = script.sha, len(arguments)
        call, places = self._open.get(kind) or self._begun(script, kind)
        call.keys.append(key)
        call.arguments.extend(arguments)
        places.append(self._count)
        self._count += 1

    def in_order(self, answers: list[Any]) -> list[Any]:
        """Return the *answers* to `calls` in the order of the questions."""
        if len(self.calls) == 1:
            return answers
        ordered: list[Any] = [None] * len(answers)
        for place, answer in zip(chain(*self._places), answers, strict=True):
            ordered[place] = answer
        return ordered

    def _begun(self, script: Script, kind: tuple[str, int]) -> tuple[Call, list[int]]:
        begun = Call(script, [], []), list[int]()
        self.calls.append(begun[0])
        self._places.append(begun[1])
        if self._in_any_order and script.gathers:
            self._open[kind] = begun
        return begun
