"""Messages for the next page."""

import asyncio
from datetime import timedelta

from tests.sessions.http.site import keep


def pages(site):
    def flash(handler):
        handler.session.flash(handler.get_query_argument("text"))
        handler.redirect("/")

    def show(handler):
        handler.write(" ".join(flash.text for flash in handler.session.pop_flashes()))

    site.on("/flash", get=flash)
    site.on("/", get=show)
    site.on("/begin", get=keep(a=1))
    return site.browser()


async def test_a_message_outlives_a_redirect_and_is_shown_once(site):
    browser = pages(site)
    response = await browser.get("/flash?text=saved")

    assert await browser.text(response.headers["Location"]) == "saved"
    assert await browser.text() == ""


async def test_the_messages_of_requests_at_once_are_all_kept(site):
    browser = pages(site)
    await browser.text("/begin")

    await asyncio.gather(*[browser.get(f"/flash?text={n}") for n in range(8)])

    assert sorted(await browser.text()) == sorted("0 1 2 3 4 5 6 7")


async def test_messages_come_in_their_order_even_if_the_clock_goes_back(site, clock):
    browser = pages(site)
    for text in ("one", "two", "three"):
        clock.advance(-timedelta(seconds=1))
        await browser.get(f"/flash?text={text}")

    assert await browser.text() == "one two three"


async def test_a_message_that_comes_while_others_are_shown_is_kept(site):
    browser = pages(site)
    await browser.get("/flash?text=first")
    showing = site.store.hold("apply")
    shown = await site.begin(browser)
    later = await site.begin(browser.twin(), "/flash?text=second")
    showing.set()
    await later

    assert (await shown).body == b"first"
    assert await browser.text() == "second"


async def test_the_oldest_goes_at_the_limit(open_site):
    site = await open_site(max_flashes=3)
    browser = pages(site)
    for number in range(5):
        await browser.get(f"/flash?text={number}")

    assert await browser.text() == "2 3 4"


async def test_an_error_leaves_the_messages_for_the_next_page(site):
    def get(handler):
        handler.session.pop_flashes()
        handler.send_error(404)

    site.on("/error", get=get)
    browser = pages(site)
    await browser.get("/flash?text=kept")
    await browser.get("/error")

    assert await browser.text() == "kept"
