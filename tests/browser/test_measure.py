"""The measures of pages find what is wrong with a page that is."""

import pytest

from tests.browser.complaints import complaints_of
from tests.browser.measure import (
    CONTROLS,
    LOST_FOCUS,
    SIDEWAYS,
    SMALL_TARGETS,
    axe_violations,
)

BAD_PAGE = """<!doctype html><html><title>Bad</title>
<style>
  b { display: block; width: 2000px } a { display: inline-block; outline: none }
  i { position: fixed; inset: 0 }
</style>
<body><b>Wide</b><p style="color: #ddd">pale</p><a href="/1">1</a><a href="/2">2</a>
<button>covered</button><i></i></body></html>"""


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.set_content(BAD_PAGE)
    yield page
    page.close()


def test_axe_finds_missing_languages_and_pale_text(page):
    found = {line.partition(":")[0] for line in axe_violations(page)}

    assert {"html-has-lang", "color-contrast", "target-size"} <= found


def test_what_is_too_wide_is_found(page):
    assert page.evaluate(SIDEWAYS) > 1_000


def test_small_targets_side_by_side_are_found(page):
    assert len(page.evaluate(SMALL_TARGETS, CONTROLS)) == 2


def test_a_focus_that_is_not_shown_or_covered_is_found(page):
    page.keyboard.press("Tab")

    lost = page.evaluate(LOST_FOCUS, CONTROLS)

    assert len(lost) == 3


def test_errors_and_foreign_requests_are_noted(page):
    with complaints_of(page) as complaints:
        page.evaluate("console.error('oh')")
        page.evaluate("fetch('http://localhost:1/').catch(() => null)")

    assert "oh" in complaints
    assert "a request to localhost" in complaints
