"""A store that does not answer: 503, and nobody loses anything."""

import asyncio
from datetime import timedelta

import pytest
from tornado.web import RequestHandler

from tests.sessions.http.browser import session_cookie
from tests.sessions.http.site import count, keep, show

DOWN = pytest.mark.logs("store is unavailable", "access: 503")


@pytest.fixture
async def visited(site):
    """A site with a visitor whose session holds one visit."""
    return await with_visitor(site)


@pytest.fixture
async def impatient(open_site):
    """The same, where the store has a fifth of a second to answer."""
    limit = timedelta(milliseconds=200)
    return await with_visitor(await open_site("memory://", store_timeout=limit))


async def with_visitor(site):
    site.on("/", get=count, post=keep(a=1))
    site.on("/leave", get=lambda handler: handler.session.destroy())
    site.on("/ignore", get=lambda handler: handler.write("no session looked at"))
    browser = site.browser()
    await browser.text()
    return site, browser


def is_refused(response):
    assert response.code == 503
    assert response.headers["Retry-After"] == "1"
    assert session_cookie(response) is None
    return True


@DOWN
async def test_a_commit_that_fails_is_a_503(visited):
    site, browser = visited
    site.store.down = {"apply"}

    response = await browser.get()

    assert is_refused(response)
    assert b"2" not in response.body.replace(b"503", b"")


@pytest.mark.logs("the use of session .{8} is not noted: sqlite store is unavailable")
@pytest.mark.parametrize("flushes", [False, True])
async def test_a_page_that_only_reads_needs_no_touch(visited, clock, flushes):
    site, browser = visited

    async def get(handler):
        handler.write(str(handler.session.last_seen_at))
        if flushes:
            await handler.flush()

    site.on("/read", get=get)
    begun_at = clock()
    clock.advance(timedelta(minutes=2))
    site.store.down = {"apply"}
    answers = [await browser.text("/read")]

    site.store.recover()
    answers += [await browser.text("/read"), await browser.text("/read")]
    assert answers == [str(begun_at), str(begun_at), str(clock())]


@DOWN
async def test_a_touch_that_a_handler_asks_for_is_not_dropped(visited):
    site, browser = visited
    site.on("/touch", get=lambda handler: handler.session.touch())
    site.store.down = {"apply"}

    assert is_refused(await browser.get("/touch"))


@DOWN
async def test_a_commit_that_hangs_is_a_503_within_the_deadline(impatient):
    site, browser = impatient
    site.store.hold("apply")

    assert is_refused(await browser.get())


@DOWN
async def test_a_load_that_hangs_is_a_503_within_the_deadline(impatient):
    site, browser = impatient
    site.store.hold("find")

    assert is_refused(await browser.get())


@DOWN
async def test_a_load_that_fails_is_a_503_even_where_nobody_looks(visited):
    site, browser = visited
    site.store.break_down()

    assert is_refused(await browser.get("/ignore"))


@DOWN
async def test_a_destroy_that_fails_deletes_no_cookie(visited):
    site, browser = visited
    site.store.down = {"apply"}

    assert is_refused(await browser.get("/leave"))


@DOWN
async def test_a_commit_whose_answer_is_lost_is_a_503_and_signs_nobody_out(impatient):
    site, browser = impatient
    site.store.late["apply"] = asyncio.Event()

    assert is_refused(await browser.get())
    site.store.recover()
    assert await browser.text() == "3"  # for it was made


@DOWN
async def test_a_failed_commit_that_the_handler_awaits_is_logged_once(visited, caplog):
    site, browser = visited

    async def get(handler):
        handler.session["a"] = 2
        await handler.finish("never seen")

    site.on("/await", get=get)
    site.store.down = {"apply"}

    assert is_refused(await browser.get("/await"))
    assert caplog.text.count("store is unavailable") == 1


async def test_pages_that_need_no_session_keep_working(visited):
    site, browser = visited
    site.on("/plain", base=RequestHandler, get=lambda handler: handler.write("here"))
    site.store.break_down()

    assert await browser.text("/plain") == "here"
    assert await site.browser().text("/ignore") == "no session looked at"


@DOWN
async def test_when_the_store_is_back_so_is_everybody(visited):
    site, browser = visited
    site.store.break_down()
    assert is_refused(await browser.get())
    assert is_refused(await browser.post())
    site.store.recover()

    assert await browser.text() == "2"


@DOWN
async def test_many_who_wait_for_a_store_that_hangs_are_all_told(impatient):
    site, browser = impatient
    site.store.hold("find")

    responses = await asyncio.gather(*[browser.get() for _ in range(20)])

    assert all(is_refused(response) for response in responses)


async def test_a_handler_may_answer_a_failed_save_itself(visited):
    site, browser = visited

    async def get(handler):
        handler.session["a"] = 2
        site.store.down = {"apply"}
        try:
            await handler.session.save()
        except Exception as error:
            handler.write(type(error).__name__)
        site.store.recover()

    site.on("/try", get=get)
    site.on("/show", get=show)

    assert await browser.text("/try") == "StoreUnavailableError"
    assert await browser.text("/show") == '{"visits": 1, "a": 2}'
