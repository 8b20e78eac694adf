"""Who stops waiting for a commit, or waits in vain, still knows what is stored."""

import asyncio
from datetime import timedelta

import pytest

from tests.sessions.http.browser import session_cookie
from tests.sessions.http.site import keep, show, until
from tornado_app.sessions import StoreUnavailableError


async def cancel_at_the_store(handler, store, call):
    """Cancel *call* when the store was asked, which then goes on."""
    store.calls.clear()
    answering = store.hold("apply")
    task = asyncio.ensure_future(call)
    await until(lambda: "apply" in store.calls)
    task.cancel()
    asyncio.get_running_loop().call_soon(answering.set)
    with pytest.raises(asyncio.CancelledError):
        await task
    store.recover()


@pytest.fixture
async def visited(site):
    return await with_visitor(site)


async def with_visitor(site):
    """*site*, and a browser whose session holds ``n: 1``."""
    site.on("/keep", get=keep(n=1))
    site.on("/show", get=show)
    browser = site.browser()
    await browser.get("/keep")
    return site, browser


async def test_what_a_cancelled_save_stored_can_be_taken_back(visited):
    site, browser = visited

    async def get(handler):
        handler.session.update(n=2, paid=True)
        await cancel_at_the_store(handler, site.store, handler.session.save())
        handler.session["n"] = 1
        del handler.session["paid"]

    site.on("/", get=get)
    await browser.get("/")

    assert await browser.text("/show") == '{"n": 1}'


async def test_what_was_stored_too_late_can_be_taken_back(open_site):
    limit = timedelta(milliseconds=200)
    site, browser = await with_visitor(
        await open_site("memory://", store_timeout=limit)
    )

    async def get(handler):
        handler.session.update(n=2, paid=True)
        site.store.late["apply"] = asyncio.Event()
        with pytest.raises(StoreUnavailableError):
            await handler.session.save()
        site.store.recover()
        handler.session["n"] = 1
        del handler.session["paid"]

    site.on("/", get=get)
    await browser.get("/")

    assert await browser.text("/show") == '{"n": 1}'


@pytest.mark.parametrize("is_new", [True, False])
async def test_a_cancelled_sign_in_is_still_this_session(visited, is_new):
    site, browser = visited
    browser = site.browser() if is_new else browser

    async def get(handler):
        handler.session.sign_in("ada")
        await cancel_at_the_store(handler, site.store, handler.session.save())
        handler.session["after"] = True

    site.on("/", get=get)
    response = await browser.get("/")

    assert session_cookie(response) is not None
    assert len(site.rows()) == 1 + is_new
    assert '"after": true' in await browser.text("/show")


async def test_a_cancelled_transaction_that_is_stored_is_seen(visited):
    site, _ = visited
    browser = site.browser()

    async def get(handler):
        def change(session):
            session["n"] = session.get("n", 0) + 1

        call = handler.session.transaction(change)
        await cancel_at_the_store(handler, site.store, call)
        handler.write(dict(handler.session))

    site.on("/", get=get)

    assert await browser.text("/") == '{"n": 1}'
    assert await browser.text("/show") == '{"n": 1}'
    assert len(site.rows()) == 2


async def test_a_save_that_is_cancelled_behind_the_answer_keeps_nobody_out(visited):
    site, browser = visited
    ended = []

    async def get(handler):
        answering = site.store.hold("apply")
        handler.session["n"] = 2
        handler.finish()
        saving = asyncio.ensure_future(handler.session.save())
        await asyncio.sleep(0)
        saving.cancel()
        await asyncio.wait([saving])
        answering.set()
        handler.session["n"] = 3
        async with asyncio.timeout(4):
            await handler.session.save()
        ended.append(True)

    site.on("/", get=get)
    await browser.get("/")
    await until(lambda: ended)

    assert await browser.text("/show") == '{"n": 3}'
