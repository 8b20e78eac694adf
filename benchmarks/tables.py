"""The figures as Markdown tables."""

from collections.abc import Callable, Iterable, Sequence

from .figures import Figures
from .rounds import BARE
from .subjects import OPERATIONS, Subject

NOTHING = "–"
_HEADS = ("reads a session", "changes it", "creates it")


def comparison(figures: Figures) -> str:
    """Each rate as a fraction of bare Tornado, and of the framework's own handler."""
    parts = [
        "Answers a second, as a fraction of bare Tornado in the same round:",
        _fractions(figures, figures.of_tornado),
    ]
    if any(not one.is_tornado for one in figures.subjects):
        parts += [
            "The same, as a fraction of each framework's own bare handler:",
            _fractions(figures, lambda one, op: figures.of_own(one.name, op)),
        ]
    return "\n\n".join(parts)


def details(figures: Figures) -> str:
    """What each page did, in absolute figures."""
    heads = (
        "",
        "page",
        "answers/s",
        "CPU µs",
        "over bare",
        "p50 ms",
        "p99 ms",
        "p99 of Tornado's",
    )
    rows = [
        (one.title, operation, *_detail(figures, one, operation))
        for one in figures.subjects
        for operation in (BARE, *one.operations)
    ]
    return table(heads, rows)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first stand right."""
    marks = ["---", *("---:" for _ in heads[1:])]
    lines = (heads, marks, *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def number(value: float | None, form: str) -> str:
    """*value* in the given form; a dash for what was not measured."""
    return NOTHING if value is None else format(value, form)


def _fractions(
    figures: Figures, fraction: Callable[[Subject, str], float | None]
) -> str:
    rows = []
    for one in figures.subjects:
        pages = [op if op in one.operations else "signed" for op in OPERATIONS]
        values = [fraction(one, page) for page in pages[:1]]
        values += [fraction(one, op) for op in OPERATIONS[1:]]
        rows.append((one.title, *(number(each, ".2f") for each in values), one.safe))
    return table(("", *_HEADS, "power-safe"), rows)


def _detail(figures: Figures, subject: Subject, operation: str) -> list[str]:
    name = subject.name
    cpu_us = figures.median(name, operation, lambda one: one.cpu_us)
    bare_us = figures.median(name, BARE, lambda one: one.cpu_us)
    return [
        number(figures.median(name, operation, lambda one: one.load.rate), ",.0f"),
        number(cpu_us, ".0f"),
        number(cpu_us and bare_us and cpu_us - bare_us, "+.0f"),
        number(figures.median(name, operation, lambda one: one.load.p50_ms), ".2f"),
        number(figures.median(name, operation, lambda one: one.load.p99_ms), ".2f"),
        number(figures.p99_of_tornado(subject, operation), ".2f"),
    ]
