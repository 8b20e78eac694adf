"""Spares a store from reading again what it has read lately."""

from dataclasses import dataclass
from sys import getsizeof

from ..oldest import oldest
from ..record import SessionRecord

_MOST_BYTES = 20_000_000
_BESIDE_THE_DATA = 1_500


@dataclass(slots=True)
class Seen:
    """A record as it was when the store had *mark* for it."""

    mark: str
    record: SessionRecord
    size_bytes: int


class Recent:
    """Remembers the records that were read or made lately, each with a mark.

    The store is asked for the mark every time, and where it is another one the record
    is read anew: what is remembered is never older than what is stored.
    """

    def __init__(self) -> None:
        self._seen: dict[str, Seen] = {}
        self._bytes = 0

    def get(self, handle: str) -> Seen | None:
        """Return what is remembered of *handle*."""
        return self._seen.get(handle)

    def put(self, mark: str, record: SessionRecord) -> None:
        """Remember *record*; the oldest are forgotten for it."""
        seen = Seen(mark, record, _size_bytes(record))
        self._forget(record.handle)
        self._seen[record.handle] = seen
        self._bytes += seen.size_bytes
        while self._bytes > _MOST_BYTES:
            for handle in oldest(self._seen):
                self._forget(handle)

    def _forget(self, handle: str) -> None:
        seen = self._seen.pop(handle, None)
        if seen is not None:
            self._bytes -= seen.size_bytes


def _size_bytes(record: SessionRecord) -> int:
    size_bytes = _BESIDE_THE_DATA + getsizeof(record.data)
    if record.user is not None:
        size_bytes += getsizeof(record.user)
    for flash in record.flashes:
        size_bytes += getsizeof(flash.text)
    return size_bytes
