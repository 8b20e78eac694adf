"""A sign-in leaves nothing of before to anybody else."""

import asyncio
from datetime import timedelta

import pytest

from tests.sessions.http.browser import session_cookie
from tests.sessions.http.site import keep, show


@pytest.fixture
async def served(site):
    def sign_in(handler):
        handler.session.sign_in(handler.get_query_argument("user"))

    site.on("/", get=show)
    site.on("/cart", get=keep(cart=[1, 2]))
    site.on("/in", get=sign_in)
    site.on("/user", get=lambda handler: handler.write(str(handler.session.user)))
    return site


async def test_a_planted_id_is_worth_nothing_after_the_sign_in(served):
    victim = served.browser()
    await victim.text("/cart")
    attacker = victim.twin()

    await victim.text("/in?user=ada")

    assert await victim.text("/user") == "ada"
    assert await attacker.text("/user") == "None"
    assert await attacker.text() == "{}"


async def test_there_is_no_grace_for_the_id_from_before(open_site):
    site = await open_site(renewal_grace=timedelta(minutes=1))
    site.on("/cart", get=keep(cart=[1, 2]))
    site.on("/in", get=lambda handler: handler.session.sign_in("ada"))
    site.on("/", get=show)
    victim = site.browser()
    await victim.text("/cart")
    attacker = victim.twin()

    await victim.text("/in")

    assert await attacker.text() == "{}"


async def test_an_anonymous_visitors_data_is_kept(served):
    browser = served.browser()
    await browser.text("/cart")
    await browser.text("/in?user=ada")

    assert await browser.text() == '{"cart": [1, 2]}'


async def test_the_same_user_keeps_the_data(served):
    browser = served.browser()
    await browser.text("/in?user=ada")
    await browser.text("/cart")
    await browser.text("/in?user=ada")

    assert await browser.text() == '{"cart": [1, 2]}'


async def test_another_user_finds_nothing(served):
    browser = served.browser()
    await browser.text("/in?user=ada")
    await browser.text("/cart")
    await browser.text("/in?user=bob")

    assert await browser.text("/user") == "bob"
    assert await browser.text() == "{}"


async def test_a_sign_in_alone_makes_a_session(served):
    browser = served.browser()

    assert session_cookie(await browser.get("/in?user=ada"))
    assert await browser.text("/user") == "ada"


async def test_the_late_change_of_a_request_from_before_is_dropped(served):
    go_on = asyncio.Event()

    async def get(handler):
        handler.session["planted"] = True
        await go_on.wait()
        handler.write("answered")

    served.on("/slow", get=get)
    browser = served.browser()
    await browser.text("/cart")
    slow = await served.begin(browser.twin(), "/slow")
    await browser.text("/in?user=ada")
    go_on.set()

    response = await slow

    assert (response.body, session_cookie(response)) == (b"answered", None)
    assert await browser.text() == '{"cart": [1, 2]}'


async def test_of_two_sign_ins_at_once_one_counts_and_the_other_opens_nothing(served):
    browser = served.browser()
    await browser.text("/cart")
    twin = browser.twin()
    committing = served.store.hold("apply")
    ada = await served.begin(browser, "/in?user=ada")
    bob = await served.begin(twin, "/in?user=bob")
    committing.set()

    cookies = [session_cookie(answer) for answer in await asyncio.gather(ada, bob)]
    users = [await one.text("/user") for one in (browser, twin)]

    assert len([line for line in cookies if line]) == 1
    assert sorted(users) in (["None", "ada"], ["None", "bob"])


async def test_one_sign_in_too_many_ends_the_least_recently_used(open_site, clock):
    site = await open_site(max_sessions_per_user=2)
    site.on("/in", get=lambda handler: handler.session.sign_in("ada"))
    site.on("/user", get=lambda handler: handler.write(str(handler.session.user)))
    browsers = [site.browser() for _ in range(3)]
    for browser in browsers:
        await browser.text("/in")
        clock.advance(timedelta(seconds=1))

    users = [await browser.text("/user") for browser in browsers]

    assert users == ["None", "ada", "ada"]
