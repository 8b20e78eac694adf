"""What is said of the pages on a slow phone."""

from benchmarks import options, pages
from benchmarks.pages import Look


def test_a_page_is_judged_by_its_median_paint_and_its_worst_shift():
    in_time, late = Look(lcp_s=1.0, cls=0.0), Look(lcp_s=1.4, cls=0.0)

    assert pages._row("/", [in_time, in_time, late])[-1] == "yes"
    assert pages._row("/", [in_time, late, late])[-1] == "**no**"
    assert pages._row("/", [in_time, Look(lcp_s=0.1, cls=0.001)])[-1] == "**no**"


def test_pages_are_only_measured_when_asked_for():
    assert options.parse(["--pages"]).asks_for_more
    assert not options.parse([]).pages
