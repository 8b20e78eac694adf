"""What every store promises."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from ..record import Change, Outcome, SessionRecord


class SessionStore(Protocol):
    """Keeps session records, each filed under its handle.

    A store is shown the SHA-256 digest (32 bytes) of a session id and never the id
    itself, so a stolen database opens no session. It holds no policy and reads no
    clock: a record is expired when ``record.expires_at <= now``. Instants come and go
    as aware UTC `datetime`, exact to the microsecond.

    Opened and closed by ``async with``; it connects there and not before. Every method
    may raise `StoreUnavailableError`; absence is not an error. A call that is
    cancelled leaves no transaction open and no answer to somebody else's question.

    A store may have `Hints` as its attribute ``hints``, and is asked less then.
    """

    name: str
    """What errors and logs call it, e.g. ``"sqlite"``."""

    @property
    def sweeps(self) -> bool:
        """Whether this process is the one that sweeps by the clock."""

    async def __aenter__(self) -> Self:
        """Open the store.

        Raises StoreOpenError when waiting would not help. A server that is down at
        the moment is no reason to raise.
        """

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the store; what was answered stays durable."""

    async def find(
        self, handles: Collection[str], *, now: datetime
    ) -> dict[str, SessionRecord]:
        """Return the live records among *handles*; unknown and expired are absent."""

    async def apply(self, changes: Sequence[Change]) -> list[Outcome]:
        """Make *changes* durable in this order, each entirely or not at all.

        What becomes of an `Update` is what `merging.merge` says. A change to a record
        that was deleted meanwhile does nothing and answers `Outcome.GONE`: a slow
        request must not undo a sign-out. `Create` answers `Outcome.TAKEN` if its
        handle exists; nothing is overwritten. `Delete` with a generation answers
        `Outcome.GONE` unless the record still has it.
        """

    async def of_user(self, user: str, *, now: datetime) -> list[SessionRecord]:
        """Return the live records of *user*, in no order."""

    async def delete_user(self, user: str, *, now: datetime, keep: str | None) -> int:
        """Delete the records of *user* but the one with handle *keep*.

        Returns how many of them were live.
        """

    async def delete_all(self, *, now: datetime) -> int:
        """Delete every record; return how many of them were live."""

    async def count(self, *, now: datetime) -> int:
        """Return how many live records there are."""

    async def delete_expired(self, *, now: datetime, limit: int) -> int:
        """Delete at most *limit* expired records, the oldest first.

        Returns how many went.
        """

    def walk(self, *, batch: int) -> AsyncIterator[list[SessionRecord]]:
        """Yield every record, expired or not, about *batch* of them at a time.

        One that is there from the beginning to the end comes at least once, what is
        made or deleted meanwhile may come or not; in no order. It ends, even while
        new sessions begin all the time: their handles come last.
        """
