"""The values of one session, with what has changed among them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from . import values
from .errors import SessionTooLargeError

# What a store keeps begins with the object: no need to look for blanks around it.
_decode = json.JSONDecoder().raw_decode
_CHANGEABLE = (list, dict)


class TrackedValues:
    """Decodes a record's data when it is first looked at; knows what is to be written.

    Before a key can change (it is set, deleted, or a list or object of it is handed
    out), its stored JSON text is remembered; a key has changed when its text has.
    """

    __slots__ = ("_before", "_decoded", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._decoded: dict[str, Any] | None = None
        self._before: dict[str, str | None] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def _values(self) -> dict[str, Any]:
        if self._decoded is None:
            self._decoded, _ = _decode(self._text)
        return self._decoded

    @property
    def are_untouched(self) -> bool:
        """Whether nothing was set, deleted or handed out that can change."""
        return not self._before

    def get(self, key: str) -> Any:
        """Return the value of *key*; raises KeyError."""
        value = self._values[key]
        if isinstance(value, _CHANGEABLE):
            self._remember(key)
        return value

    def set(self, key: str, value: object, *, limit_bytes: int) -> None:
        """Keep *value*, tuples in it as lists.

        Raises as `encode` does, and SessionTooLargeError for a value that is over
        *limit_bytes* alone.
        """
        values.check_key(key)
        text = values.encode(key, value)
        if len(text) > limit_bytes:
            raise SessionTooLargeError(limit_bytes)
        self._remember(key)
        self._values[key] = values.without_tuples(value)

    def delete(self, key: str) -> None:
        """Forget *key*; raises KeyError."""
        if key not in self._values:
            raise KeyError(key)
        self._remember(key)
        del self._values[key]

    def changes(self) -> dict[str, str | None]:
        """Return each changed key with its new JSON text, or None where it was deleted.

        Raises as `encode` does where a value was changed in place to what JSON cannot
        hold.
        """
        if not self._before:
            return {}
        now = {key: self._text_of(key) for key in self._before}
        return {key: text for key, text in now.items() if text != self._before[key]}

    def settle(self, changes: Mapping[str, str | None]) -> None:
        """Take *changes* as stored."""
        self._before.update(changes)

    def as_object(self) -> str:
        """Return everything as the text of one JSON object; raises as `encode` does."""
        for key in self._before:
            self._text_of(key)
        return self.as_checked_object()

    def as_checked_object(self) -> str:
        """Return the same just after `changes`, which has checked it."""
        return values.encode_object(self._values)

    def _remember(self, key: str) -> None:
        if key not in self._before:
            self._before[key] = self._text_of(key)

    def _text_of(self, key: str) -> str | None:
        if key not in self._values:
            return None
        return values.encode(key, self._values[key])
