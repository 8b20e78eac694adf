"""What is made of the measurements: medians, tables, a picture."""

import dataclasses
import math
import re
from xml.etree import ElementTree

import pytest

from benchmarks import chart, comparison, goals, options, tables
from benchmarks.chart import Group, draw
from benchmarks.comparison import SUBJECTS
from benchmarks.figures import Figures
from benchmarks.load import Load
from benchmarks.rounds import Measure

BY_NAME = {subject.name: subject for subject in SUBJECTS}
SVG = "{http://www.w3.org/2000/svg}"


def measure(
    name,
    operation,
    number,
    rate,
    *,
    p99_ms=2.0,
    cpu_us=100.0,
    pace_us=1_000.0,
    bare=None,
):
    load = Load(
        requests=rate,
        seconds=1.0,
        errors=0,
        p50_ms=1.0,
        p99_ms=p99_ms,
        longest_ms=9.0,
    )
    return Measure(
        subject=BY_NAME[name],
        operation=operation,
        round=number,
        load=load,
        cpu_us=cpu_us,
        pace_us=pace_us,
        bare=bare,
    )


def with_bare(name, operation, number, rate, *, bare_rate=1_000, at_us=1_000.0, **how):
    """A page's measure, behind that of the bare page a moment before."""
    bare = measure(name, "bare", number, bare_rate, cpu_us=120, pace_us=at_us)
    return [bare, measure(name, operation, number, rate, bare=bare, **how)]


def test_a_fraction_is_the_median_of_each_rounds_own_fraction():
    # The machine is twice as quick in the second round; the fractions do not show it.
    measures = []
    for number, (rate, share) in enumerate(zip(RATES, SHARES, strict=True)):
        measures += with_bare(
            "ours-sqlite", "reads", number, rate * share, bare_rate=rate
        )
    figures = Figures(measures)

    assert figures.of_own("ours-sqlite", "reads") == pytest.approx(0.8)


RATES = (1_000, 2_000, 1_000)
SHARES = (0.7, 0.8, 0.9)


def of_own_at(*paces):
    """The fraction of reads that were measured at *paces*, while bare had 1,000."""
    measures = []
    for number, (pace_us, share) in enumerate(zip(paces, SHARES, strict=True)):
        rate = 1_000 * share
        measures += with_bare("ours-sqlite", "reads", number, rate, pace_us=pace_us)
    return Figures(measures).of_own("ours-sqlite", "reads")


def test_a_round_at_two_paces_does_not_count():
    assert of_own_at(1_050, 1_500, 700) == pytest.approx(0.7)


@pytest.mark.parametrize("other_us", [3_000, math.nan])
def test_of_rounds_at_two_paces_the_nearest_third_counts(other_us):
    assert of_own_at(other_us, 1_200, 700) == pytest.approx(0.8)


def test_a_page_is_compared_with_the_bare_one_of_a_moment_before():
    figures = Figures(
        [
            *with_bare("ours-sqlite", "reads", 1, 900),
            *with_bare("ours-sqlite", "changes", 1, 1_200, bare_rate=2_000),
        ]
    )

    assert figures.of_own("ours-sqlite", "reads") == pytest.approx(0.9)
    assert figures.of_own("ours-sqlite", "changes") == pytest.approx(0.6)


def test_another_framework_is_compared_with_bare_tornado_of_the_same_round():
    figures = Figures(
        [
            measure("tornado", "bare", 1, 1_000, p99_ms=2),
            *with_bare("express-redis", "reads", 1, 1_500, bare_rate=2_000, p99_ms=6),
        ]
    )
    express = BY_NAME["express-redis"]

    assert figures.of_own("express-redis", "reads") == 0.75
    assert figures.of_tornado(express, "reads") == 1.5
    assert figures.p99_of_tornado(express, "reads") == 3


def test_what_was_not_measured_is_a_dash():
    figures = Figures([measure("ours-sqlite", "bare", 1, 1_000)])

    row = "| **this project**, SQLite | – | – | – | yes |"
    assert row in tables.comparison(figures)


def test_the_details_hold_the_cpu_time_over_the_bare_handlers():
    figures = Figures(with_bare("ours-sqlite", "reads", 1, 850, cpu_us=141))

    bare = "| **this project**, SQLite | bare | 1,000 | 120 | +0 | 1.00 | 2.00 | 1.00 |"
    row = "| **this project**, SQLite | reads | 850 | 141 | +21 | 1.00 | 2.00 | 1.00 |"
    assert f"{bare}\n{row}" in tables.details(figures)


@pytest.mark.parametrize(
    ("rate", "p99_ms", "verdict"),
    [(850, 4, "yes"), (849, 4, "**no**"), (850, 4.1, "**no**")],
)
def test_a_goal_is_met_by_rate_and_latency_together(rate, p99_ms, verdict):
    figures = Figures(with_bare("ours-sqlite", "reads", 1, rate, p99_ms=p99_ms))

    (row,) = (line for line in goals.goals(figures).splitlines() if "| reads |" in line)
    assert row.endswith(f"| {verdict} |")


def test_a_page_asked_for_in_turn_with_the_bare_one_has_a_fraction_of_its_own():
    in_turn = [0.95, 0.85, math.nan, 0.83, 0.87]
    figures = Figures(
        [
            dataclasses.replace(one, of_bare=share)
            for number, share in enumerate(in_turn)
            for one in with_bare("ours-sqlite", "reads", number, 500)
        ]
    )

    assert figures.of_own("ours-sqlite", "reads") == pytest.approx(0.86)
    row = "| reads | 0.85 | 0.860 | 0.84–0.89 |"
    assert row in goals.goals(figures)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "medians of 8 rounds of 1 s each, of 3 for other frameworks."),
        (["--rounds=4"], "medians of 4 rounds of 1 s each, of 2 for other frameworks."),
        (["--stores=redis"], "medians of 8 rounds of 1 s each."),
        (["--uvloop"], "medians of 8 rounds of 1 s each."),
    ],
)
def test_the_report_says_how_many_rounds_there_were(words, told):
    figures = Figures([measure("ours-sqlite", "bare", 1, 1_000)])

    assert told in comparison.report(figures, options.parse(words))


def test_every_goal_is_of_a_subject_that_exists():
    assert {goal.subject for goal in goals.GOALS} <= set(BY_NAME)


def test_a_bar_is_as_long_as_its_number():
    picture = draw([Group("one", False, {"reads": 1.0, "changes": 0.5})])

    root = ElementTree.fromstring(picture)  # noqa: S314
    rects = {rect.get("class"): rect for rect in root.iter(f"{SVG}rect")}
    lengths = {name: float(rect.get("width")) for name, rect in rects.items()}
    assert lengths["changes"] == pytest.approx(lengths["reads"] / 2, abs=0.1)


def test_the_picture_tells_its_numbers_to_who_cannot_see_it():
    root = ElementTree.fromstring(draw([Group("a < b", True, {"reads": 0.85})]))  # noqa: S314

    assert root.get("role") == "img"
    named = root.get("aria-labelledby").split()
    texts = {each.get("id"): each.text for each in root if each.get("id")}
    assert [texts[name] for name in named] == [
        "Answers a second with a session",
        "a < b: reads 0.85.",
    ]


def test_the_picture_has_colours_for_dark_pages():
    picture = draw([Group("one", False, {"reads": 1.0})])

    light, dark = picture.split("@media (prefers-color-scheme: dark)")
    for role in ("text", ".grid", ".reads", ".changes", ".creates"):
        assert re.search(rf"{re.escape(role)} {{[^}}]+#", light)
        assert re.search(rf"{re.escape(role)} {{[^}}]+#", dark)


def test_every_title_fits_beside_the_bars():
    widest = max(len(subject.title.replace("**", "")) for subject in SUBJECTS)

    assert widest * 6.8 <= chart._LEFT - 10  # pixels a letter, at 13 pixels


def test_a_whole_run_draws_the_chart_of_the_readme():
    assert options.parse([]).chart == options.CHART


@pytest.mark.parametrize(
    "word", ["--quick", "--only=ours-*", "--stores=sqlite", "--uvloop", "--scale"]
)
def test_part_of_a_run_leaves_the_chart_of_the_readme_alone(word):
    assert options.parse([word]).chart is None


def test_a_number_below_one_is_refused(capsys):
    with pytest.raises(SystemExit):
        options.parse(["--rounds", "0"])

    assert "want at least 1, got 0" in capsys.readouterr().err
