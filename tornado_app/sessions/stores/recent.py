"""Spares a store from making the same record of the same row again."""

from collections.abc import Callable
from typing import Generic, TypeVar

from ..record import SessionRecord

R = TypeVar("R")

_MOST = 4096
_LONGEST_DATA = 2048  # characters: all together stay below some twenty megabytes


class Recent(Generic[R]):
    """Remembers which rows made which records lately.

    A row comes from the server every time and is compared whole, so what is remembered
    is never older than what is stored.
    """

    def __init__(self, make: Callable[[R], SessionRecord]) -> None:
        self._make = make
        self._known: dict[str, tuple[R, SessionRecord]] = {}

    def record(self, handle: str, row: R) -> SessionRecord:
        """Return the record of *row*, which was found for *handle*."""
        known = self._known.get(handle)
        if known is not None and known[0] == row:
            return known[1]
        record = self._make(row)
        if len(record.data) <= _LONGEST_DATA:
            self._remember(handle, (row, record))
        return record

    def _remember(self, handle: str, pair: tuple[R, SessionRecord]) -> None:
        if len(self._known) >= _MOST:
            self._known.pop(next(iter(self._known)), None)
        self._known[handle] = pair
