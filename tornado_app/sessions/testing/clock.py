"""A clock that tests own."""

from datetime import UTC, datetime, timedelta

START = datetime(2100, 1, 1, 12, tzinfo=UTC)
"""When tests begin. Long after today, so that no server expires by itself what a test
still wants to see."""


class FakeClock:
    """Stands still until it is told otherwise; give it to `Sessions` as ``clock``."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return this clock's instant, aware, in UTC."""
        return self.now

    def advance(self, duration: timedelta) -> None:
        """Go on by *duration*, or back by a negative one."""
        self.now += duration
