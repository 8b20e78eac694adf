"""How each page looks in each state, from left to right and from right to left."""

from typing import NamedTuple

import pytest
from playwright.sync_api import Page

from tests.browser.complaints import complaints_of
from tests.browser.gallery import BY_DEED, everything
from tests.browser.measure import (
    CONTROLS,
    LOST_FOCUS,
    SIDEWAYS,
    SMALL_TARGETS,
    axe_violations,
)
from tests.browser.visitors import LOCALES
from tests.pages import paths
from tests.plugins.effort import counts


class Sight(NamedTuple):
    """A page that is open, and what its browser complained of meanwhile."""

    page: Page
    complaints: list[str]


# Of the module: each page is opened once for all the tests of this file.
@pytest.fixture(scope="module", params=LOCALES)
def direction(request):
    return request.param


@pytest.fixture(scope="module", params=everything(), ids=str)
def sight(request, gallery, direction):
    shown = request.param
    page = gallery.page(direction, shown)
    page.emulate_media(color_scheme="light")
    with complaints_of(page) as complaints:
        gallery.open(page, shown)
        assert page.locator("html").get_attribute("dir") == direction
        yield Sight(page, complaints)


@pytest.fixture(scope="module")
def page(sight):
    return sight.page


@pytest.fixture(params=["light", "dark"])
def scheme(request, page):
    page.emulate_media(color_scheme=request.param)
    return request.param


def test_axe_finds_nothing_wrong(page, scheme):
    assert axe_violations(page) == []
    counts["looks of axe at a page, without a complaint"] += 1


def test_a_small_phone_need_not_scroll_sideways(page):
    page.set_viewport_size({"width": 320, "height": 640})

    assert page.evaluate(SIDEWAYS) <= 0


def test_text_of_twice_the_size_need_not_scroll_sideways(page):
    page.set_viewport_size({"width": 640, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '200%'")

    wider = page.evaluate(SIDEWAYS)
    page.evaluate("document.documentElement.style.fontSize = ''")

    assert wider <= 0


def test_every_target_is_large_enough(page):
    page.set_viewport_size({"width": 320, "height": 640})

    assert page.evaluate(SMALL_TARGETS, CONTROLS) == []


def test_the_focus_is_seen_wherever_it_is(page):
    page.set_viewport_size({"width": 320, "height": 640})
    page.keyboard.press("Tab")  # from now on the browser shows it

    assert page.evaluate(LOST_FOCUS, CONTROLS) == []


def test_the_browser_has_nothing_to_complain_of(sight):
    assert sight.complaints == []


def test_every_page_of_the_route_table_is_looked_at():
    looked_at = {shown.path for shown in everything()} | BY_DEED

    assert looked_at >= {*paths("GET")}
