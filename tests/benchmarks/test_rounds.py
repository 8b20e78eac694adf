"""What is measured, how often, in which order, at which pace of the core."""

import os
from types import SimpleNamespace

import pytest

from benchmarks import options, pace, rounds
from benchmarks.load import Load
from benchmarks.subjects import Subject

LOAD = Load(requests=1, seconds=1.0, errors=0, p50_ms=1.0, p99_ms=1.0, longest_ms=1.0)


@pytest.fixture
def visits(monkeypatch):
    """What was visited, when nothing really is."""
    visited = []

    def measure(ready, path, **_):
        visited.append(ready.subject.name + path)
        return LOAD, 100.0

    def fraction(port, path, base, **_):
        visited.append(f"{path} and {base}")
        return 0.5

    monkeypatch.setattr(rounds, "measure", measure)
    monkeypatch.setattr(rounds, "fraction", fraction)
    monkeypatch.setattr(rounds, "pace_us", lambda core: 1_000.0)
    return visited


def ready(name, *operations):
    """A subject that would run, with these pages beside the bare one."""
    is_tornado = not name.startswith("express")
    subject = Subject(
        name=name, title="", command=(), operations=operations, is_tornado=is_tornado
    )
    return rounds.Ready(subject, SimpleNamespace(port=0), None)


@pytest.mark.parametrize(
    ("words", "taken_part"),
    [
        ([], [1, 4, 7]),
        (["--only=express-*"], [1, 2, 3, 4, 5, 6, 7]),
        (["--scale"], [1, 2, 3, 4, 5, 6, 7]),
        (["--greeting"], [1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_other_frameworks_are_measured_less_often_in_a_whole_run(
    visits, words, taken_part
):
    readies = [ready("ours-sqlite", "reads"), ready("express-memory", "reads")]

    found = rounds.repeat(readies, options.parse(["--rounds=7", *words]))

    of_each = {one.subject.name: [] for one in readies}
    for one in found:
        if one.operation == "reads":
            of_each[one.subject.name].append(one.round)
    assert of_each == {
        "ours-sqlite": [1, 2, 3, 4, 5, 6, 7],
        "express-memory": taken_part,
    }


def test_every_page_is_measured_before_any_is_measured_again(visits):
    readies = [ready("naive", "reads"), ready("ours-sqlite", "reads")]

    found = rounds.repeat(readies, options.parse(["--rounds=2"]))

    warm_up = [
        *("naive/", "naive/reads", "/reads and /"),
        *("ours-sqlite/", "ours-sqlite/reads", "/reads and /"),
    ]
    once = [
        *("naive/reads", "naive/", "naive/reads", "/reads and /"),
        *("ours-sqlite/reads", "ours-sqlite/", "ours-sqlite/reads", "/reads and /"),
    ]
    assert visits == warm_up + once * 2
    assert [one.round for one in found] == [1] * 4 + [2] * 4


def test_before_each_page_comes_the_bare_one_with_which_it_is_compared(visits):
    readies = [ready("ours-sqlite", "reads", "changes")]

    found = rounds.repeat(readies, options.parse(["--quick"]))

    bare_before = [(one.operation, one.bare and one.bare.operation) for one in found]
    assert bare_before == [
        ("bare", None),
        ("reads", "bare"),
        ("bare", None),
        ("changes", "bare"),
    ]
    assert all(
        page.bare is bare for bare, page in zip(found[::2], found[1::2], strict=True)
    )


def test_other_frameworks_are_not_asked_for_two_pages_in_turn(visits):
    readies = [ready("ours-sqlite", "reads"), ready("express-memory", "reads")]

    found = rounds.repeat(readies, options.parse(["--quick"]))

    assert [one.of_bare for one in found] == [None, 0.5, None, None]


@pytest.mark.parametrize(("after_us", "is_like"), [(1_040, True), (1_500, False)])
def test_what_was_measured_while_the_core_slowed_down_is_like_nothing(
    visits, monkeypatch, after_us, is_like
):
    paces = iter([1_000, after_us])
    monkeypatch.setattr(rounds, "pace_us", lambda core: next(paces))

    (found,) = rounds.repeat([ready("naive")], options.parse(["--quick"]))

    assert found.is_like(found) == is_like


def test_the_pace_of_a_core_is_taken_there_and_nothing_stays_there(monkeypatch):
    allowed, seen = os.sched_getaffinity(0), []
    monkeypatch.setattr(
        pace, "_work_us", lambda: seen.append(os.sched_getaffinity(0)) or 1.0
    )

    pace.pace_us(max(allowed))

    assert seen[0] == {max(allowed)}
    assert os.sched_getaffinity(0) == allowed
