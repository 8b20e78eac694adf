"""Which messages for the visitor a request has added, which it has shown."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from .record import StoredFlash


class FlashChanges(NamedTuple):
    """What is to change of the messages that are stored."""

    added: tuple[StoredFlash, ...] = ()
    dropped: frozenset[str] = frozenset()

    def of(self, stored: Sequence[StoredFlash], most: int) -> list[StoredFlash]:
        """Return the messages that nobody has seen yet, oldest first."""
        kept = [flash for flash in stored if flash.id not in self.dropped]
        return [*kept, *self.added][-most:]

    def with_one(
        self, waiting: Sequence[StoredFlash], category: str, text: str, now: datetime
    ) -> "FlashChanges":
        """Return the changes with one message more, behind those *waiting*."""
        micros = int(now.timestamp() * 1_000_000)
        # After those that are there, even if the clock stands still or goes back.
        newest = max((int(flash.id[:15], 16) for flash in waiting), default=0)
        # It sorts by time, then by order in this request; random in its last part.
        order = f"{max(micros, newest + 1):015x}{len(self.added):04x}"
        flash = StoredFlash(f"{order}{secrets.token_hex(4)}", category, text)
        return self._replace(added=(*self.added, flash))

    def popped(
        self, stored: Sequence[StoredFlash], *, being_stored: bool
    ) -> "FlashChanges":
        """Return the changes once all messages were shown.

        *being_stored*: those that were added may be on their way to the store.
        """
        shown = (*stored, *self.added) if being_stored else stored
        return FlashChanges((), self.dropped | {flash.id for flash in shown})

    def left_by(self, stored: Sequence[StoredFlash]) -> "FlashChanges":
        """Return what is still to do where *stored* is what the store holds by now."""
        ids = {flash.id for flash in stored}
        added = tuple(flash for flash in self.added if flash.id not in ids)
        return FlashChanges(added, self.dropped & ids)


NO_FLASH_CHANGES = FlashChanges()
