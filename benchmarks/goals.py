"""What the engine is to reach, beside what it reached."""

import statistics
from collections.abc import Callable
from typing import NamedTuple

from .figures import Figures
from .subjects import Subject
from .tables import NOTHING, number, table

_MOST_P99 = 2.0


class Goal(NamedTuple):
    """The least fraction of bare Tornado's rate."""

    subject: str
    operation: str
    rate: float


GOALS = (
    Goal("ours-sqlite", "reads", 0.85),
    Goal("ours-sqlite", "changes", 0.65),
    Goal("ours-sqlite", "creates", 0.58),
    Goal("ours-postgresql", "reads", 0.80),
    Goal("ours-postgresql", "changes", 0.70),
    Goal("ours-redis", "reads", 0.80),
    Goal("ours-redis", "changes", 0.70),
)


def goals(figures: Figures) -> str:
    """A table of the goals for what was measured; empty if that was none of them."""
    subjects = {one.name: one for one in figures.subjects}
    rows = [
        _row(figures, goal, subjects[goal.subject])
        for goal in GOALS
        if goal.subject in subjects
    ]
    heads = ("", "page", "wanted", "is", "half of the rounds", "p99: most", "is", "met")
    return table(heads, rows) if rows else ""


def verdict(is_met: bool) -> str:
    """How a table says whether a goal is met."""
    return "yes" if is_met else "**no**"


def _row(figures: Figures, goal: Goal, subject: Subject) -> list[str]:
    asked: Callable[[Subject, str], float | None] = figures.of_tornado
    rate = asked(subject, goal.operation)
    p99 = figures.p99_of_tornado(subject, goal.operation)
    is_met = rate is not None and rate >= goal.rate
    is_quick = p99 is not None and p99 <= _MOST_P99
    return [
        subject.title,
        goal.operation,
        f"{goal.rate:.2f}",
        number(rate, ".3f"),
        _middle_half(figures.in_turn(subject.name, goal.operation)),
        f"{_MOST_P99:.1f}",
        number(p99, ".2f"),
        verdict(is_met and is_quick),
    ]


def _middle_half(fractions: list[float]) -> str:
    """The range of the middle half of the rounds."""
    if len(fractions) < 2:
        return NOTHING
    low, _, high = statistics.quantiles(fractions, n=4, method="inclusive")
    return f"{low:.2f}–{high:.2f}"
