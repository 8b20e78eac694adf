"""Several watchers of one session engine."""

from collections.abc import Sequence

from tornado_app.sessions.ids import Rejection
from tornado_app.sessions.watching import End, Watcher


class Watchers(Watcher):
    """Tells each of *watchers*, in their order."""

    def __init__(self, watchers: Sequence[Watcher]) -> None:
        self._watchers = tuple(watchers)

    def called(
        self, operation: str, *, duration_s: float, size: int | None, failed: bool
    ) -> None:
        for each in self._watchers:
            each.called(operation, duration_s=duration_s, size=size, failed=failed)

    def committed(self, count: int, *, created: int) -> None:
        for each in self._watchers:
            each.committed(count, created=created)

    def conflicted(self, count: int) -> None:
        for each in self._watchers:
            each.conflicted(count)

    def refused(self, count: int) -> None:
        for each in self._watchers:
            each.refused(count)

    def ended(self, end: End, count: int) -> None:
        for each in self._watchers:
            each.ended(end, count)

    def cookie_rejected(self, rejection: Rejection) -> None:
        for each in self._watchers:
            each.cookie_rejected(rejection)

    def swept(self) -> None:
        for each in self._watchers:
            each.swept()

    def socket_opened(self) -> None:
        for each in self._watchers:
            each.socket_opened()

    def socket_closed(self) -> None:
        for each in self._watchers:
            each.socket_closed()
