"""The values of one session, with what has changed among them."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from . import values
from .errors import SessionTooLargeError
from .parsing import Parsed, decoded, joined, parse

NOTHING: dict[str, Any] = {}
"""Shared, and never filled."""

_DELETED = object()
_UNKNOWN = ""  # no JSON text


class TrackedValues:
    """Decodes a record's data when it is first looked at; knows what is to be written.

    What can change, for it was set, deleted, or is a list or object that was handed
    out, is the session's own; a key has changed when its JSON text has.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._base: Parsed | None = None
        self.own = NOTHING
        """`NOTHING`: surely nothing has changed."""
        # What of our own is stored.
        self._settled: Mapping[str, str | None] = NOTHING

    def __contains__(self, key: object) -> bool:
        if key in self.own:
            return self.own[str(key)] is not _DELETED
        return key in self._parsed().values

    def __iter__(self) -> Iterator[str]:
        parsed = self._parsed().values
        if self.own is NOTHING:
            return iter(parsed)
        # As a store merges them: what is set anew keeps its place.
        keys = [*parsed, *(key for key in self.own if key not in parsed)]
        return iter([key for key in keys if self.own.get(key) is not _DELETED])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        for value in self.own.values():
            if value is not _DELETED:
                return True
        return len(self) > 0

    def get(self, key: str) -> Any:
        """Return the value of *key*; raises KeyError."""
        if key in self.own:
            value = self.own[key]
            if value is _DELETED:
                raise KeyError(key)
            return value
        base = self._base
        if base is None:
            base = self._base = parse(self._text)
        value = base.values[key]
        if isinstance(value, (list, dict)):
            text = values.encode(key, value)
            value = decoded(text)
            self._keep(key, value)
            self.settle({key: text})
        return value

    def set(self, key: str, value: object, *, limit_bytes: int) -> None:
        """Keep *value*, tuples in it as lists.

        Raises as `encode` does, and SessionTooLargeError for a value that is over
        *limit_bytes* alone.
        """
        values.check_key(key)
        text = values.encode(key, value)
        if len(text if text.isascii() else text.encode()) > limit_bytes:
            raise SessionTooLargeError(limit_bytes)
        self._keep(key, values.without_tuples(value))

    def delete(self, key: str) -> None:
        """Forget *key*; raises KeyError."""
        if key not in self:
            raise KeyError(key)
        self._keep(key, _DELETED)

    def changes(self) -> dict[str, str | None]:
        """Return each changed key with its new JSON text, or None where it was deleted.

        Raises as `encode` does where a value was changed in place to what JSON cannot
        hold.
        """
        if self.own is NOTHING:
            return {}
        changed: dict[str, str | None] = {}
        settled, parsed = self._settled, self._base or self._parsed()
        for key, value in self.own.items():
            text = None if value is _DELETED else values.encode(key, value)
            stored = settled[key] if key in settled else parsed.text_of(key)
            if text != stored:
                changed[key] = text
        return changed

    def settle(self, changes: Mapping[str, str | None]) -> None:
        """Take *changes* as stored."""
        if changes:
            self._settled = {**self._settled, **changes}

    def doubt(self, changes: Mapping[str, str | None]) -> None:
        """Take it that *changes* may be stored or not: they are written again."""
        self.settle(dict.fromkeys(changes, _UNKNOWN))

    def as_object(self, changes: Mapping[str, str | None]) -> str:
        """Return what was there in the beginning, with *changes*, as a text."""
        return joined(self._base or self._parsed(), changes)

    def object_later(
        self, changes: Mapping[str, str | None]
    ) -> str | Callable[[], str]:
        """Return the same, or what makes it when it is called and cannot fail then.

        *changes* stay as they are.
        """
        parsed = self._base or self._parsed()
        if not parsed.pairs:  # among the other values may be what cannot be kept
            return joined(parsed, changes)
        return partial(joined, parsed, changes)

    def _parsed(self) -> Parsed:
        if self._base is None:
            self._base = parse(self._text)
        return self._base

    def _keep(self, key: str, value: Any) -> None:
        if self.own is NOTHING:
            self.own = {}
        self.own[key] = value
