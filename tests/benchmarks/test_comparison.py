"""The whole harness on two subjects; no figure of it means anything."""

import re
import shutil
import sys
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from benchmarks import __main__ as command
from benchmarks import comparison, options, prepare, rounds
from benchmarks.subjects import Subject, tornado


@pytest.fixture(scope="module")
def report(quick_wrk, tmp_path_factory):
    """What a quick run on SQLite prints, with its chart, at one pace of the core."""
    chart = tmp_path_factory.mktemp("report") / "chart.svg"
    words = ["--quick", "--stores", "sqlite", "--chart", str(chart)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(quick_wrk), prepend=":")
        patch.setattr(rounds, "pace_us", lambda core: 1_000.0)
        return comparison.compare(options.parse(words)), chart


def subject(name):
    (found,) = (one for one in comparison.SUBJECTS if one.name == name)
    return found


def test_the_report_holds_the_conditions_and_every_page_of_both(report):
    text, _ = report

    assert re.search(r"SQLite 3[\d.]+; one fdatasync of the disk \d+\.\d\d ms\.", text)
    assert "32 keep-alive connections" in text
    rows = "\n".join(line for line in text.splitlines() if line.startswith("| "))
    for page in ("bare", "signed", "reads", "changes", "creates"):
        assert f"| {page} | " in rows
    assert "| signed cookie only, no store | 1.00 | – | – | – |" in rows
    assert "| **this project**, SQLite | 1.00 | 1.00 | 1.00 | yes |" in rows


def test_the_report_says_whether_the_goals_are_met(report):
    text, _ = report

    row = "| **this project**, SQLite | reads | 0.85 | 1.000 | – | 2.0 | 1.00 | yes |"
    assert row in text


def test_the_chart_is_an_svg_of_both(report):
    _, chart = report

    words = "".join(ElementTree.parse(chart).getroot().itertext())  # noqa: S314

    assert "this project, SQLite: reads 1.00, changes 1.00, creates 1.00" in words


def test_one_second_of_wrk_measures_two_subjects(wrk):
    changes = replace(subject("ours-memory"), operations=("changes",))

    found = rounds.measure_all([tornado(), changes], options.parse(["--quick"]))

    assert [(one.subject.name, one.operation) for one in found] == [
        ("tornado", "bare"),
        ("tornado", "signed"),
        ("ours-memory", "bare"),
        ("ours-memory", "changes"),
    ]
    assert all(one.load.requests > 0 and one.load.errors == 0 for one in found)
    assert all(one.cpu_us >= 0 for one in found)


def test_a_subject_that_does_not_start_is_named_and_left_out(stand_in, capsys):
    broken = Subject(
        name="broken",
        title="",
        command=(sys.executable, "-c", "raise SystemExit('no such framework')"),
    )

    found = rounds.measure_all([broken, tornado()], options.parse(["--quick"]))

    assert {one.subject.name for one in found} == {"tornado"}
    assert "broken is left out: no such framework" in capsys.readouterr().err


def test_a_subject_whose_store_does_not_start_is_named_and_left_out(
    stand_in, capsys, monkeypatch
):
    def refuse():
        raise OSError("no such server")

    monkeypatch.setitem(rounds.stores.STORES, "redis", refuse)

    found = rounds.measure_all([subject("ours-redis")], options.parse(["--quick"]))

    assert found == []
    assert "ours-redis is left out: no redis server" in capsys.readouterr().err


def test_the_command_prints_the_report(stand_in, capsys):
    command.main(["--quick", "--only", "tornado"])

    assert "| signed cookie only, no store | signed | " in capsys.readouterr().out


def test_nothing_is_left_on_the_disk(report, disk):
    assert [path.name for path in disk.rglob("*") if path.is_file()] == []


def test_every_subject_has_a_name_of_its_own():
    names = [subject.name for subject in comparison.SUBJECTS]

    assert len(set(names)) == len(names)


def test_every_remote_store_that_a_subject_names_is_known():
    named = {subject.store for subject in comparison.SUBJECTS} - {""}

    assert named <= set(rounds.stores.STORES)


@pytest.mark.parametrize("name", ["postgresql", "redis"])
def test_a_remote_store_is_measured_on_a_server_of_its_own(name, stand_in, capsys):
    reads = replace(subject(f"ours-{name}"), operations=("reads",))

    found = rounds.measure_all([reads], options.parse(["--quick"]))

    assert len(found) == 2, capsys.readouterr().err
    assert all(one.load.errors == 0 for one in found)


def test_uvloop_that_does_not_install_is_named(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(prepare, "_runs", lambda *command: False)

    with pytest.raises(SystemExit, match=r"--uvloop wants uvloop, .* uvloop>="):
        comparison.chosen(options.parse(["--uvloop"]))


def test_taskset_is_there_to_choose_cores():
    assert shutil.which("taskset")
