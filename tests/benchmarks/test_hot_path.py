"""The hot path makes no more calls than it did: counts, never timings.

Nor does who waits for a commit hold more objects.
"""

import json

import pytest

from benchmarks import micro
from tornado_app.sessions.commits import Commits
from tornado_app.sessions.lifecycle import Lifecycle

NAMES = {
    f"{store} {operation}"
    for store in ("memory", "sqlite")
    for operation in (
        "reads",
        "changes",
        "creates",
        "changes, objects held",
        "creates, objects held",
    )
}


def test_no_count_is_above_the_baseline():
    before = micro.baseline().get(micro.version(), {})

    risen = micro.risen(micro.counts(), before)

    assert risen == {}, f"if that is worth it: {micro.RENEW}"


def test_the_baseline_holds_every_count_for_each_python():
    baseline = micro.baseline()

    assert {"3.11", "3.12", "3.13"} <= set(baseline)
    assert all(set(counts) == NAMES for counts in baseline.values())


def test_calls_that_are_added_to_a_request_are_counted(monkeypatch):
    before = micro.counts()
    real = Lifecycle.open

    def slow(*arguments):
        for _ in range(50):
            str(arguments)
        return real(*arguments)

    monkeypatch.setattr(Lifecycle, "open", slow)

    assert {"memory reads", "sqlite reads"} <= set(micro.risen(micro.counts(), before))


def test_objects_that_every_change_holds_are_counted(monkeypatch):
    before = micro.counts()
    real = Commits.ask_to_commit

    def wasteful(lifecycle, draft, then):
        draft.waste = [[], [], []]
        return real(lifecycle, draft, then)

    monkeypatch.setattr(Commits, "ask_to_commit", wasteful)

    risen = micro.risen(micro.counts(), before)
    assert {"memory changes, objects held", "sqlite changes, objects held"} <= {*risen}


def test_counts_hardly_differ_from_run_to_run():
    one, other = micro.counts(), micro.counts()

    assert one == {name: pytest.approx(calls, abs=4) for name, calls in other.items()}


def test_a_few_percent_more_are_let_pass_and_more_are_not():
    before = {"memory reads": 100, "sqlite reads": 100}

    risen = micro.risen({"memory reads": 103, "sqlite reads": 104}, before)

    assert risen == {"sqlite reads": (100, 104)}


def test_renewing_leaves_the_counts_of_other_pythons(tmp_path, monkeypatch):
    file = tmp_path / "baseline.json"
    file.write_text('{"2.7": {"memory reads": 1}}')
    monkeypatch.setattr(micro, "counts", lambda: {"memory reads": 7})

    micro.renew(file)

    assert json.loads(file.read_text()) == {
        "2.7": {"memory reads": 1},
        micro.version(): {"memory reads": 7},
    }


def test_the_counts_are_told_beside_the_baseline(monkeypatch):
    monkeypatch.setattr(micro, "counts", lambda: {"memory reads": 7})
    monkeypatch.setattr(micro, "baseline", lambda: {micro.version(): {}})

    assert "| memory reads | – | 7 |" in micro.told()


def test_the_profile_names_every_step_on_each_store(monkeypatch):
    monkeypatch.setattr(micro.microseconds, "_ROUNDS", 2)

    text = micro.microseconds.profile()

    assert "| memory, CPU µs (elapsed) | sqlite, CPU µs (elapsed) |" in text
    for step in ("parse", "verify", "load", "decode", "handler", "encode", "commit"):
        assert f"\n| {step}: " in text
