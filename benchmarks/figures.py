"""The medians of a run, as fractions of what they are compared with."""

import math
import statistics
from collections.abc import Callable, Sequence

from .pace import apart
from .rounds import BARE, Measure
from .subjects import Subject

Key = tuple[str, str, int]
TORNADO = "tornado"


class Figures:
    """Answers questions about one run; None where something was not measured."""

    def __init__(self, measures: Sequence[Measure]) -> None:
        self._measures = measures
        self._by_key: dict[Key, Measure] = {
            (one.subject.name, one.operation, one.round): one for one in measures
        }

    @property
    def subjects(self) -> list[Subject]:
        """What was measured, in its order, each once."""
        return list({one.subject.name: one.subject for one in self._measures}.values())

    def of_own(self, subject: str, operation: str) -> float | None:
        """The rate as a fraction of the subject's own bare handler."""
        in_turn = self.in_turn(subject, operation)
        if in_turn:
            return statistics.median(in_turn)
        return self._ratio(subject, operation, (subject, BARE), _rate)

    def of_tornado(self, subject: Subject, operation: str) -> float | None:
        """The rate as a fraction of bare Tornado in the same round.

        A subject that is Tornado itself is compared with its own bare handler.
        """
        if subject.is_tornado:
            return self.of_own(subject.name, operation)
        return self._ratio(subject.name, operation, (TORNADO, BARE), _rate)

    def in_turn(self, subject: str, operation: str) -> list[float]:
        """Each round's fraction of the subject's bare page, asked for in turn."""
        return [
            one.of_bare
            for one in self._of(subject, operation)
            if one.of_bare is not None and not math.isnan(one.of_bare)
        ]

    def p99_of_tornado(self, subject: Subject, operation: str) -> float | None:
        """The 99th percentile as a multiple of bare Tornado's."""
        base = _base_of(subject), BARE
        return self._ratio(subject.name, operation, base, _p99_ms)

    def median(
        self, subject: str, operation: str, what: Callable[[Measure], float]
    ) -> float | None:
        """The median of *what* over the rounds."""
        found = [what(one) for one in self._of(subject, operation)]
        return statistics.median(found) if found else None

    def _of(self, subject: str, operation: str) -> list[Measure]:
        return [
            one
            for one in self._measures
            if (one.subject.name, one.operation) == (subject, operation)
        ]

    def _ratio(
        self,
        subject: str,
        operation: str,
        base: tuple[str, str],
        what: Callable[[Measure], float],
    ) -> float | None:
        """The median over the rounds of each round's own ratio to a page of *base*."""
        pairs = [
            (one, other)
            for one, other in self._pairs(subject, operation, base)
            if what(other)
        ]
        ratios = [what(one) / what(other) for one, other in _alike(pairs)]
        return statistics.median(ratios) if ratios else None

    def _pairs(
        self, subject: str, operation: str, base: tuple[str, str]
    ) -> list[tuple[Measure, Measure]]:
        """Each measure with that of *base*: in its round, or its bare page's before."""
        pairs = []
        for one in self._of(subject, operation):
            is_own_bare = base == (subject, BARE)
            of_round = self._by_key.get((*base, one.round))
            other = one.bare or one if is_own_bare else of_round
            if other is not None:
                pairs.append((one, other))
        return pairs


def _base_of(subject: Subject) -> str:
    return subject.name if subject.is_tornado else TORNADO


def _rate(measure: Measure) -> float:
    return measure.load.rate


def _p99_ms(measure: Measure) -> float:
    return measure.load.p99_ms


def _alike(
    pairs: Sequence[tuple[Measure, Measure]],
) -> Sequence[tuple[Measure, Measure]]:
    """Return the pairs that were measured at one pace, and the nearest third anyway."""
    third = math.ceil(len(pairs) / 3)
    nearest = sorted(pairs, key=lambda pair: apart(pair[0].pace_us, pair[1].pace_us))
    return nearest[: max(third, sum(one.is_like(other) for one, other in pairs))]
