"""When a process that died is started again."""

from dataclasses import dataclass

from tornado_app.children import Child

STEADY_S = 10  # who lived so long did not die of how it was started
SHORTEST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 30.0
MOST_FAILURES = 8  # in a row; about half a minute


@dataclass(slots=True, eq=False)
class Place:
    """One of the processes that there shall be, dead or alive."""

    child: Child | None = None
    due_at_s: float = 0
    """When the next child is to be born, unless one lives."""
    failures: int = 0
    """How many children in a row died soon."""
    _born_at_s: float = 0

    @property
    def accepts(self) -> bool:
        """Whether requests are taken here."""
        return self.child is not None and self.child.accepts

    @property
    def is_hopeless(self) -> bool:
        """Whether one more child would hardly be the one that lives."""
        return self.failures >= MOST_FAILURES

    def is_due(self, *, now_s: float) -> bool:
        """Whether a child is to be born now."""
        return self.child is None and self.due_at_s <= now_s

    def bear(self, child: Child, *, now_s: float) -> None:
        """Take in a new *child*."""
        self.child, self._born_at_s = child, now_s

    def lose(self, *, now_s: float) -> float:
        """Forget the child; return the pause before the next, longer each time."""
        lived_well = self.accepts and now_s - self._born_at_s >= STEADY_S
        self.child = None
        self.failures = 0 if lived_well else self.failures + 1
        self.due_at_s = now_s + self._pause_s()
        return self._pause_s()

    def _pause_s(self) -> float:
        if not self.failures:
            return 0.0
        return min(LONGEST_PAUSE_S, SHORTEST_PAUSE_S * 2.0 ** (self.failures - 1))
