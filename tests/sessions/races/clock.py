"""A clock that stands until it is moved."""

from datetime import UTC, datetime

NOON = datetime(2026, 2, 28, 12, tzinfo=UTC)


class Clock:
    """Called, it says what time it is."""

    def __init__(self, now=NOON):
        self.now = now

    def __call__(self):
        return self.now

    def advance(self, duration):
        self.now += duration
