"""Measures all subjects in turn, round after round."""

import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.environment import say

from . import cache, machine, process, stores, visitors
from .load import Load, fraction, visit
from .options import Options
from .pace import is_same, pace_us
from .process import Process
from .subjects import Subject

BARE = "bare"
_OF_STRANGERS = "creates"
# Each of two pages has half of it, and two thirds of that count.
_TIMES_IN_TURN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What one page of one subject did in one round."""

    subject: Subject
    operation: str
    round: int
    load: Load
    cpu_us: float
    """Microseconds of CPU for one answer, of the server alone."""
    pace_us: float
    """`pace_us` of the server's core at that time."""
    bare: "Measure | None" = None
    """What the subject's bare page did a moment before; None: this is that page."""
    of_bare: float | None = None
    """Its rate as a fraction of its bare page's, both asked for in turn."""

    def is_like(self, other: "Measure") -> bool:
        """Whether the core was equally fast for both, so that they can be compared."""
        return is_same(self.pace_us, other.pace_us)


@dataclass(frozen=True, slots=True)
class Ready:
    """A subject that runs, with the visitors that it knows."""

    subject: Subject
    process: Process
    cookies: Path


def measure_all(subjects: Sequence[Subject], options: Options) -> list[Measure]:
    """Measure each of *subjects*; what does not start is named and left out."""
    with ExitStack() as stack:
        return repeat(start(subjects, stack), options)


def repeat(readies: Sequence[Ready], options: Options) -> list[Measure]:
    """Measure the *readies* in each round, the other frameworks in some."""
    found: list[Measure] = []
    for ready in readies if options.warm_up else ():
        list(_measures(ready, number=0, seconds=1))
    for number in range(1, options.rounds + 1):
        is_for_all = number in options.peer_rounds
        for ready in readies:
            if not (is_for_all or ready.subject.is_tornado):
                continue
            say(f"round {number} of {options.rounds}: {ready.subject.name}")
            let_all_come(ready)
            found.extend(_measures(ready, number=number, seconds=options.seconds))
    return found


def start(subjects: Sequence[Subject], stack: ExitStack) -> list[Ready]:
    """Start *subjects*, with the stores that they need, until *stack* is closed."""
    readies: list[Ready] = []
    urls = {name: _url(name, stack) for name in {one.store for one in subjects}}
    for subject in subjects:
        try:
            if subject.store and not urls[subject.store]:
                raise process.StartError(f"no {subject.store} server")
            entered = one_ready(subject, urls[subject.store])
            readies.append(stack.enter_context(entered))
        except (process.StartError, visitors.WrongAnswerError, OSError) as exc:
            say(f"{subject.name} is left out: {exc}")
    return readies


@contextmanager
def one_ready(subject: Subject, url: str = "") -> Iterator[Ready]:
    """Start *subject*, check that it does what it should, make its visitors."""
    with cache.fresh_folder(subject.name) as folder:
        places = {"{folder}": str(folder), "{store}": url}
        with process.running(
            [_filled(word, places) for word in subject.command],
            core=machine.server_core(),
            folder=folder,
            environment={**subject.environment, "STORE_URL": url},
        ) as running:
            visitors.check(running.port, subject.operations)
            cookies = folder / "cookies"
            visitors.fill(running.port, cookies, count=visitors.SESSIONS)
            yield Ready(subject, running, cookies)


def measure(
    ready: Ready, path: str, *, seconds: int, as_stranger: bool = False
) -> tuple[Load, float]:
    """Visit *path*; return what wrk saw, and the CPU microseconds of one answer."""
    before_s = ready.process.cpu_s()
    cookies = None if as_stranger else ready.cookies
    load = visit(ready.process.port, path, seconds=seconds, cookies=cookies)
    used_s = ready.process.cpu_s() - before_s
    return load, used_s / max(load.requests, 1) * 1_000_000


def measure_page(ready: Ready, operation: str, *, seconds: int) -> tuple[Load, float]:
    """`measure` the page of *operation*, visited by those whom it is for."""
    path = "/" if operation == BARE else f"/{operation}"
    is_of_strangers = operation == _OF_STRANGERS
    load, cpu_us = measure(ready, path, seconds=seconds, as_stranger=is_of_strangers)
    if load.errors:
        say(f"{ready.subject.name}: {load.errors} errors in {operation}")
    return load, cpu_us


def let_all_come(ready: Ready) -> None:
    """Visit as each visitor, so that no read of the round is the first in a minute.

    That one notes the session's use, which is a durable change.
    """
    if "reads" in ready.subject.operations:
        measure(ready, "/reads", seconds=1)


def _measures(ready: Ready, *, number: int, seconds: int) -> Iterator[Measure]:
    """Measure each page, and the bare one a moment before."""
    bare = None
    for operation in _in_turn(ready.subject.operations):
        load, cpu_us, core_us = _with_pace(ready, operation, seconds=seconds)
        of_bare = None
        if ready.subject.is_tornado and operation != BARE:
            of_bare = _of_bare(ready, operation, seconds=seconds)
        found = Measure(
            subject=ready.subject,
            operation=operation,
            round=number,
            load=load,
            cpu_us=cpu_us,
            pace_us=core_us,
            bare=bare,
            of_bare=of_bare,
        )
        bare = found if operation == BARE else None
        yield found


def _of_bare(ready: Ready, operation: str, *, seconds: int) -> float:
    """The rate of a page as a fraction of its bare one's, in thrice *seconds*."""
    found = fraction(
        ready.process.port,
        f"/{operation}",
        "/",
        seconds=_TIMES_IN_TURN * seconds,
        cookies=ready.cookies,
        as_stranger=operation == _OF_STRANGERS,
    )
    if math.isnan(found):
        say(f"{ready.subject.name}: errors in {operation}, or no answers")
    return found


def _in_turn(operations: Sequence[str]) -> list[str]:
    """Each page behind the bare one, which a subject without pages has, too."""
    return [page for one in operations for page in (BARE, one)] or [BARE]


def _with_pace(
    ready: Ready, operation: str, *, seconds: int
) -> tuple[Load, float, float]:
    """Measure; return the core's pace, too: no number where it did not keep that."""
    core = machine.server_core()
    before_us = pace_us(core)
    load, cpu_us = measure_page(ready, operation, seconds=seconds)
    after_us = pace_us(core)
    is_one = is_same(before_us, after_us)
    return load, cpu_us, (before_us + after_us) / 2 if is_one else math.nan


def _url(name: str, stack: ExitStack) -> str:
    if not name:
        return ""
    try:
        return stack.enter_context(stores.serving(name))
    except Exception as exc:  # whatever a server says that is not there
        say(f"The {name} server does not start: {exc}")
        return ""


def _filled(word: str, places: dict[str, str]) -> str:
    for place, text in places.items():
        word = word.replace(place, text)
    return word
