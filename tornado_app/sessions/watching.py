"""What can be counted of the engine's work."""

import time
from collections.abc import Sequence
from enum import Enum
from types import TracebackType

from .ids import Rejection
from .record import STORED, Change, Create, Delete, Outcome

OPERATIONS = (
    "find",
    "apply",
    "of_user",
    "delete_user",
    "delete_all",
    "count",
    "delete_expired",
)
"""Every `SessionStore` method that is called while a site runs."""


class End(Enum):
    """How sessions come to their end."""

    DESTROYED = "destroyed"
    """By their own request."""
    REVOKED = "revoked"
    LIMIT = "limit"
    """Their user had more than ``max_sessions_per_user``."""
    SWEPT = "swept"
    """They had expired; a store that forgets by itself has nothing to sweep."""


class Watcher:
    """Is told what happens in this process; does nothing, a subclass counts.

    Told once per batch where many requests share one, and nothing by a request whose
    cookie is good and that changes nothing. A method may not block and may not raise.
    What it is told is bounded: no id, no user, nothing that a request sent.
    """

    def called(
        self, operation: str, *, duration_s: float, size: int | None, failed: bool
    ) -> None:
        """A call of the store is over; *operation* is one of `OPERATIONS`.

        *size* is how many questions it answered, None where that is always one.
        """

    def committed(self, count: int, *, created: int) -> None:
        """So many changes are durable; *created* of them began a session."""

    def conflicted(self, count: int) -> None:
        """So many times a transaction has to begin anew."""

    def refused(self, count: int) -> None:
        """So many changes came too late: their session had ended or was signed in."""

    def ended(self, end: End, count: int) -> None:
        """So many sessions are over."""

    def cookie_rejected(self, rejection: Rejection) -> None:
        """A request's cookie opened no session."""

    def swept(self) -> None:
        """A sweep is finished: what had expired when it began is gone."""

    def socket_opened(self) -> None:
        """A WebSocket with a session is open."""

    def socket_closed(self) -> None:
        """Such a WebSocket is closed."""


class Timed:
    """Tells *watcher* how long the call in its ``with`` block took."""

    __slots__ = ("_operation", "_size", "_started_s", "_watcher")

    def __init__(
        self, watcher: Watcher, operation: str, size: int | None = None
    ) -> None:
        self._watcher = watcher
        self._operation = operation
        self._size = size

    def __enter__(self) -> None:
        self._started_s = time.perf_counter()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc is not None and not isinstance(exc, Exception):
            return  # cancelled: that says nothing of the store
        self._watcher.called(
            self._operation,
            duration_s=time.perf_counter() - self._started_s,
            size=self._size,
            failed=exc is not None,
        )


def tell(
    watcher: Watcher, changes: Sequence[Change], outcomes: Sequence[Outcome]
) -> None:
    """Tell *watcher* what became of a batch of changes.

    Deletions are left out, for why a session ended only who ended it can say.
    """
    kept = created = conflicts = refused = 0
    for change, outcome in zip(changes, outcomes, strict=False):
        if isinstance(change, Delete):
            continue
        if outcome in STORED:
            kept += 1
            created += isinstance(change, Create)
        elif outcome is Outcome.CONFLICT:
            conflicts += 1
        elif outcome is Outcome.GONE:
            refused += 1
    if kept:
        watcher.committed(kept, created=created)
    if conflicts:
        watcher.conflicted(conflicts)
    if refused:
        watcher.refused(refused)
