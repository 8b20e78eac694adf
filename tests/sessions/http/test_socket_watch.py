"""A socket never outlives its session by a second, whoever ended that."""

import asyncio
from datetime import timedelta

import pytest

from tests.sessions.http.site import until
from tests.sessions.http.sockets import ENDED, handle_of, serve_sockets
from tornado_app.sessions import Sessions, open_store

HOUR = timedelta(hours=1)


async def test_expiry_closes_it_within_a_second(talking, clock):
    _, _, talk = talking
    clock.advance(HOUR)

    assert await asyncio.wait_for(talk.heard(), 1) is None
    assert talk.code == ENDED


async def test_a_revoke_by_another_process_closes_it_within_a_second(talking, clock):
    site, _, talk = talking
    store = open_store(f"sqlite:///{site.database}")
    async with Sessions(store, site.sessions.policy, clock=clock) as elsewhere:
        await elsewhere.revoke(handle_of(site))

    assert await asyncio.wait_for(talk.heard(), 1) is None
    assert talk.code == ENDED


async def test_a_store_that_is_down_closes_nothing(talking):
    site, _, talk = talking
    site.store.break_down()
    site.store.calls.clear()
    await until(lambda: "find" in site.store.calls)

    assert await talk.say("show") == '{"a": 1}'


@pytest.mark.logs("watch over WebSockets failed")
async def test_a_mistake_in_the_store_does_not_end_the_watch(talking, clock):
    site, _, talk = talking
    site.store.down, site.store.error = {"find"}, LookupError("a mistake")
    site.store.calls.clear()
    await until(lambda: "find" in site.store.calls)
    site.store.recover()
    clock.advance(HOUR)

    assert await asyncio.wait_for(talk.heard(), 1) is None
    assert talk.code == ENDED


async def test_a_revoke_during_the_handshake_is_seen_in_a_second(talking, connect):
    site, browser, _ = talking

    async def prepare(handler):
        await super(type(handler), handler).prepare()
        await site.sessions.revoke(handle_of(site))

    serve_sockets(site, "/late", prepare=prepare)
    talk = await connect(site, browser, "/late")

    assert await asyncio.wait_for(talk.heard(), 1) is None
    assert talk.code == ENDED


async def test_a_sign_in_closes_at_once_what_was_opened_before_it(talking):
    site, browser, talk = talking
    site.on("/in", get=lambda handler: handler.session.sign_in("bob"))
    await browser.text("/in")

    assert site.sessions.lifecycle.sockets.handles() == []
    assert await talk.heard() is None
    assert talk.code == ENDED


async def test_a_sign_in_in_another_process_closes_it_within_a_second(
    talking, open_site
):
    site, browser, talk = talking
    site.on("/in", get=lambda handler: handler.session.sign_in("bob"))
    await open_site(idle_timeout=HOUR)  # the pages are served by others now
    await browser.text("/in")

    assert await asyncio.wait_for(talk.heard(), 1) is None
    assert talk.code == ENDED


async def test_what_opens_after_the_sign_in_stays_open(talking, connect):
    site, browser, _ = talking
    site.on("/in", get=lambda handler: handler.session.sign_in("bob"))
    await browser.text("/in")
    talk = await connect(site, browser)
    site.store.calls.clear()
    await until(lambda: "find" in site.store.calls)

    assert await talk.say("show") == '{"a": 1}'
