"""Connections that stay, hurry or break."""

import asyncio
import gc

from tests.sessions.http.site import count, keep, show, until

REQUEST = "GET / HTTP/1.1\r\nHost: x\r\nCookie: session={cookie}\r\n{more}\r\n"


async def visitor(site, path="/begin"):
    site.on(path, get=keep(begun=True))
    browser = site.browser()
    await browser.text(path)
    return browser


async def test_a_connection_is_kept_after_a_commit(site):
    site.on("/", get=count)
    reader, writer = await site.connect()
    for _ in range(3):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        assert answer.startswith(b"HTTP/1.1 200")
        assert await reader.readexactly(1) == b"1"
    writer.close()

    assert len(site.rows()) == 3


async def test_pipelined_requests_see_each_others_commits_in_order(site):
    site.on("/", get=count)
    browser = await visitor(site)
    first = REQUEST.format(cookie=browser.cookie, more="")
    last = REQUEST.format(cookie=browser.cookie, more="Connection: close\r\n")

    answer = await site.talk(first * 4 + last)

    bodies = [part.split("\r\n\r\n")[1] for part in answer.split("HTTP/1.1")[1:]]
    assert bodies == ["1", "2", "3", "4", "5"]


async def test_a_client_that_left_before_the_commit_has_it_made(site):
    gone = asyncio.Event()

    async def get(handler):
        handler.session["a"] = 1
        await gone.wait()
        handler.write("nobody reads this")

    site.on("/", get=get)
    browser = await visitor(site)

    await leave(site, browser, gone)

    assert await is_stored(site)


async def test_a_client_that_left_during_the_commit_has_it_made(site):
    site.on("/", get=keep(a=1))
    browser = await visitor(site)
    committing = site.store.hold("apply")

    await leave(site, browser, committing)

    assert await is_stored(site)


async def test_a_client_that_left_after_a_flush_has_the_rest_committed(site):
    gone = asyncio.Event()

    async def get(handler):
        handler.write("one ")
        await handler.flush()
        await gone.wait()
        handler.session["a"] = 1

    site.on("/", get=get)
    browser = await visitor(site)

    await leave(site, browser, gone)

    assert await is_stored(site)


async def test_clients_that_leave_at_any_moment_leave_no_task_and_no_error(site):
    site.on("/", get=count)
    site.on("/show", get=show)
    browser = await visitor(site)
    before = len(asyncio.all_tasks())

    for delay_ms in range(30):
        _, writer = await site.connect()
        writer.write(REQUEST.format(cookie=browser.cookie, more="").encode())
        await writer.drain()
        await asyncio.sleep(delay_ms / 10_000)
        writer.transport.abort()
    await until(lambda: len(asyncio.all_tasks()) <= before)

    gc.collect()  # a task that failed unseen says so when it is collected
    assert '"visits"' in await browser.text("/show")


async def leave(site, browser, go_on):
    """Ask for ``/``, leave, then let the server go on."""
    before = site.begun
    _, writer = await site.connect()
    writer.write(REQUEST.format(cookie=browser.cookie, more="").encode())
    await until(lambda: site.begun > before)
    writer.transport.abort()
    await asyncio.sleep(0.02)  # the server notices
    go_on.set()


async def is_stored(site):
    await until(lambda: site.rows() == ['{"begun":true,"a":1}'])
    return True
