"""How a store tells which records to look at."""

from collections.abc import Callable, Collection
from typing import Protocol, cast

from .base import SessionStore

Hear = Callable[[Collection[str] | None], None]
"""Takes handles of records to look at; None stands for every record."""


class Hints(Protocol):
    """What a store may have as its attribute ``hints``, so that nobody need ask often.

    A hint says which record to look at, never what became of it. There may be hints
    at records that are unknown or as they were.
    """

    async def listen(self, hear: Hear) -> None:
        """Call *hear* until cancelled, with what is hinted at by whichever process.

        That is, once it is done, each record that was deleted or signed in to or that
        expires earlier than before.

        First comes None, when no later hint can be missed any more. As soon as one may
        be missed, a connection that is silently dead included, this raises
        StoreUnavailableError; it may be called again. It opens what it needs, of its
        own, and closes that at its end.
        """


def hints_of(store: SessionStore) -> Hints | None:
    """Return the hints of *store*; None: it gives none and has to be asked."""
    return cast("Hints | None", getattr(store, "hints", None))


def handles_in(message: str) -> Collection[str] | None:
    """Return what `Hear` takes for handles with commas between; none: for all."""
    return message.split(",") if message else None
