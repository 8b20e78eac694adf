"""The tally of OWASP ASVS 5.0 is complete, and every proof in it is there."""

from collections import Counter

import pytest

from tests.docs.pages import page
from tests.docs.test_links import anchors
from tests.plugins.effort import counts
from tests.security.proofs import is_there
from tools import asvs

CHAPTERS = asvs.chapters()
ROWS = [row for rows in CHAPTERS.values() for row in rows]
# How many requirements each section of version 5.0.0 has.
SECTIONS = {
    **{"3.2": 3, "3.3": 5, "3.4": 8, "3.5": 8},
    **{"6.1": 3, "6.2": 12, "6.3": 8, "6.4": 6},
    **{"7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 3, "7.6": 2},
}
DEVIATIONS = {"3.4.1", "3.4.7", "6.2.12", "6.3.3", "6.3.5", "6.3.8"}


def section_of(row):
    return row.id.rpartition(".")[0]


def test_every_row_is_there_once_and_in_order():
    wanted = [f"{name}.{n + 1}" for name, last in SECTIONS.items() for n in range(last)]

    assert [row.id for row in ROWS] == wanted
    for name, rows in CHAPTERS.items():
        assert {section_of(row) for row in rows} == {name.split()[0].removeprefix("V")}


def test_of_sessions_all_19_hold():
    sessions = [row for row in ROWS if row.id.startswith("7.")]

    assert len(sessions) == 19
    assert {row.state for row in sessions} == {"met", "n/a"}
    assert [row.id for row in sessions if row.state == "n/a"] == ["7.1.3", "7.6.1"]


def test_what_does_not_hold_is_known():
    assert {row.id for row in ROWS if row.state == "deviation"} == DEVIATIONS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_the_proof_of_a_row_is_there(row):
    assert row.state in ("met", "n/a", "deviation")
    assert row.level in (1, 2, 3)
    assert row.proof
    assert row.state == "met" or row.why.endswith(".")
    for proof in row.proof:
        name, _, anchor = proof.partition("#")
        if anchor:
            assert anchor in anchors(page(name)), proof
        else:
            assert is_there(proof), proof
    counts[f"ASVS 5.0 rows: {row.state}"] += 1


def test_the_page_is_in_step():
    assert page("docs/asvs.md") == asvs.page(), "run: python -m tools.asvs --write"


def test_the_tally_is_printed(capsys):
    assert asvs.main([]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert "V7 as a whole: 19/19; level 2: 18/18; n/a: 7.1.3, 7.6.1" in lines
    states = Counter(row.state for row in ROWS)
    assert (
        sum(line.startswith("  ") and " met " in line for line in lines)
        >= (states["met"])
    )


def test_other_words_are_a_mistake(capsys):
    assert asvs.main(["--help"]) == 2
    assert "--write" in capsys.readouterr().err
