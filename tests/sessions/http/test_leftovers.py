"""What a request leaves behind: nothing."""

import asyncio
import gc
import weakref

import pytest

from tests.sessions.http.site import Page, count, keep, show, until


async def test_on_finish_comes_once_and_after_the_commit(site):
    rows = []
    site.on("/", get=keep(a=1), on_finish=lambda handler: rows.append(site.rows()))

    await site.browser().text()

    assert rows == [['{"a":1}']]


@pytest.mark.logs("sqlite store is unavailable", "access: 503")
async def test_on_finish_comes_once_after_a_commit_that_failed(site):
    calls = []
    site.on("/", get=keep(a=1), on_finish=lambda handler: calls.append(1))
    site.store.down = {"apply"}

    await site.browser().get()

    assert len(calls) == 1


@pytest.mark.logs("Uncaught exception GET /")
async def test_an_on_finish_that_fails_does_not_spoil_the_answer(site):
    def on_finish(handler):
        raise LookupError("on_finish")

    site.on("/", get=keep(a=1), on_finish=on_finish)

    assert await site.browser().text() == "kept"


async def test_an_on_finish_needs_no_super(site):
    site.on("/", get=count, on_finish=lambda handler: None)
    browser = site.browser()

    assert [await browser.text() for _ in range(3)] == ["1", "2", "3"]


async def test_handlers_are_forgotten_when_they_have_answered(site):
    handlers = weakref.WeakSet()

    async def prepare(handler):
        handlers.add(handler)
        await Page.prepare(handler)

    site.on("/", prepare=prepare, get=count)
    site.on("/show", prepare=prepare, get=show)
    browser = site.browser()
    for path in ("/", "/show", "/"):
        await browser.text(path)
    await asyncio.sleep(0.01)

    await until(lambda: gc.collect() >= 0 and len(handlers) == 0)


async def test_a_request_leaves_no_task(site):
    site.on("/", get=count)
    browser = site.browser()
    await browser.text()
    before = len(asyncio.all_tasks())

    await asyncio.gather(*[browser.text() for _ in range(20)])

    await until(lambda: len(asyncio.all_tasks()) <= before)


async def test_closing_waits_for_the_commit_of_a_client_that_left(open_site, tmp_path):
    site = await open_site()
    site.on("/", get=keep(a=1))
    committing = site.store.hold("apply")
    answer = await site.begin(site.browser())

    closing = asyncio.ensure_future(site.sessions.lifecycle.aclose())
    await asyncio.sleep(0.02)
    assert not closing.done()
    committing.set()
    await closing

    assert site.rows() == ['{"a":1}']
    assert (await answer).code == 200
