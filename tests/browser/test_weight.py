"""What a page weighs, at the first visit and at the second."""

import pytest

from tests.browser.gallery import STRANGER, Shown, everything
from tests.browser.transfers import visit

KB = 1024
MOST_REQUESTS = 4
MOST_BYTES = 20 * KB
MOST_BY_KIND = {"Document": 10 * KB, "Stylesheet": 6 * KB, "Script": 2 * KB}

# Each page at its fullest, and the first one as a stranger sees it.
FULLEST = {shown.path: shown for shown in everything() if shown.deed == "opens"}
OPENED = [Shown(STRANGER, "/"), *FULLEST.values()]


@pytest.mark.parametrize("shown", OPENED, ids=str)
def test_a_page_is_light_and_lighter_the_second_time(gallery, shown: Shown):
    context = gallery.context("ltr", shown.who)
    page = context.new_page()

    path = gallery.address_of(shown)
    first = visit(page, path)
    again = visit(page, path)
    context.close()

    assert len(first.urls) <= MOST_REQUESTS, first.urls
    assert any("favicon" in url for url in first.urls)
    assert all(first.kinds[kind] > 0 for kind in ("Document", "Stylesheet", "Image"))
    assert first.kinds.total() <= MOST_BYTES
    assert [
        kind for kind, most in MOST_BY_KIND.items() if first.kinds[kind] > most
    ] == []
    assert len(again.urls) == 1, again.urls
