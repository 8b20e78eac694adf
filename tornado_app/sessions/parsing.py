"""Remembers what the JSON texts of sessions mean."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from . import values
from .oldest import oldest

T = TypeVar("T")

# What a store keeps begins with the object: no need to look for blanks around it.
_decode = json.JSONDecoder().raw_decode
_MOST = 4096
_LONGEST = 2048  # characters; all together stay below some twenty megabytes


@dataclass(slots=True)
class Parsed:
    """The values of one text, the same for every session: only to be looked at."""

    text: str
    values: dict[str, Any]
    pairs: dict[str, str] | None = None
    """Each key with its value as JSON has them, once somebody has asked.

    None: it comes from a store, and its session may not come again.
    """

    def text_of(self, key: str) -> str | None:
        """Return the JSON text of *key*'s value; None: there is no such key."""
        return values.encode(key, self.values[key]) if key in self.values else None

    def all_pairs(self) -> dict[str, str]:
        """Return each key with its value as JSON has them: for looking at."""
        if not self.pairs:
            self.pairs = {
                key: _pair(key, values.encode(key, value))
                for key, value in self.values.items()
            }
        return self.pairs


_known: dict[str, Parsed] = {}


def parse(text: str) -> Parsed:
    """Return what *text* says; a visitor who comes again is known by it."""
    parsed = _known.get(text)
    if parsed is None:
        parsed = Parsed(text, _decode(text)[0])
        _remember(text, parsed)
    return parsed


def joined(parsed: Parsed, changes: Mapping[str, str | None]) -> str:
    """Return the text of *parsed* with *changes*: JSON texts, None for what goes.

    It is remembered in place of the other, which its session has no more.
    """
    text: str | None = None
    pairs: dict[str, str] = {}
    if parsed.pairs is None and parsed.values:
        text = _replaced(parsed, changes)
    if text is None:
        pairs = _changed(parsed.all_pairs(), changes, _pair)
        text = f"{{{','.join(pairs.values())}}}"
    # Who begins a session may never come back.
    if parsed.values and len(text) <= _LONGEST and text not in _known:
        _known.pop(parsed.text, None)
        now = _changed(parsed.values, changes, _value)
        _remember(text, Parsed(text, now, pairs))
    return text


def _replaced(parsed: Parsed, changes: Mapping[str, str | None]) -> str | None:
    """Return the text with the values replaced that change; None: not so simple.

    Of a text that is new here, this is a seventh of what all its pairs take.
    """
    text = parsed.text
    for key, value in changes.items():
        if value is None or key not in parsed.values or "\\" in text:
            return None
        # Without a backslash there is one way to write the key. Where that comes once,
        # this is it: no other object has it, no value, and no two of them side by side.
        name = values.encode_key(key)
        begin, pair = text.find(name), f"{name}:{parsed.text_of(key)}"
        end = begin + len(pair)
        if text.find(name, begin + 1) >= 0 or not text.startswith(pair, begin):
            return None
        if text[end] not in ",}":
            return None  # others write 1.5 as 1.50
        text = f"{text[:begin]}{name}:{value}{text[end:]}"
    return text


def decoded(text: str) -> Any:
    """Return the value of *text*, for its asker alone."""
    if text.isdecimal():  # most of what changes; the decoder is slow to begin
        return int(text)
    return _decode(text)[0]


def _changed(
    before: dict[str, T],
    changes: Mapping[str, str | None],
    made: Callable[[str, str], T],
) -> dict[str, T]:
    """Return what was there *before* with *changes*: what is *made* of key and text."""
    now = before.copy()
    for key, text in changes.items():
        if text is None:
            now.pop(key, None)
        else:
            now[key] = made(key, text)
    return now


def _pair(key: str, text: str) -> str:
    return f"{values.encode_key(key)}:{text}"


def _value(key: str, text: str) -> Any:
    return decoded(text)


def _remember(text: str, parsed: Parsed) -> None:
    if len(text) > _LONGEST:
        return
    if len(_known) >= _MOST:
        for old in oldest(_known):
            _known.pop(old, None)
    _known[text] = parsed
