"""Spares a store from reading again what it has read lately."""

from typing import Generic, NamedTuple, TypeVar

from ..record import SessionRecord

M = TypeVar("M")

# All together some twenty megabytes, or twice that in scripts beyond Latin-1.
_MOST_CHARACTERS = 16_000_000
_BESIDE_THE_DATA = 2_000


class Seen(NamedTuple, Generic[M]):
    """A record as it was when the store had *mark* for it."""

    mark: M
    record: SessionRecord


class Recent(Generic[M]):
    """Remembers the records that were read lately, each with a mark of its state.

    The store is asked for the mark every time, and where it is another one the record
    is read anew: what is remembered is never older than what is stored.
    """

    def __init__(self) -> None:
        self._seen: dict[str, Seen[M]] = {}
        self._characters = 0

    def get(self, handle: str) -> Seen[M] | None:
        """Return what is remembered of *handle*."""
        return self._seen.get(handle)

    def put(self, mark: M, record: SessionRecord) -> None:
        """Remember *record*; the oldest are forgotten for it."""
        self._forget(record.handle)
        self._seen[record.handle] = Seen(mark, record)
        self._characters += _size(record)
        while self._characters > _MOST_CHARACTERS:
            self._forget(next(iter(self._seen)))

    def _forget(self, handle: str) -> None:
        seen = self._seen.pop(handle, None)
        if seen is not None:
            self._characters -= _size(seen.record)


def _size(record: SessionRecord) -> int:
    texts = sum(len(flash.text) for flash in record.flashes) if record.flashes else 0
    return len(record.data) + texts + _BESIDE_THE_DATA
