"""A session with an idle timeout of its own."""

from datetime import timedelta

import pytest

from tests.sessions.http.site import show

HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
async def ask(open_site):
    """Set the session's own idle timeout; later read what the session holds."""
    site = await open_site(idle_timeout=HOUR, absolute_lifetime=10 * HOUR)
    browser = site.browser()

    async def expire_in(own):
        def get(handler):
            handler.session["a"] = 1
            handler.session.expire_in(own)
            handler.write(handler.session.expires_at.isoformat())

        path = f"/{own and own.total_seconds()}"
        site.on(path, get=get)
        return await browser.text(path)

    site.on("/", get=show)
    expire_in.read = browser.text
    expire_in.site = site
    return expire_in


@pytest.mark.parametrize("own", [timedelta(seconds=10), 3 * HOUR, 10 * HOUR])
async def test_it_ends_after_its_own_pause_and_not_before(ask, clock, own):
    await ask(own)

    clock.advance(own - INSTANT)
    assert await ask.read() == '{"a": 1}'


@pytest.mark.parametrize("own", [timedelta(seconds=10), 3 * HOUR, 10 * HOUR])
async def test_it_is_over_at_its_own_pause(ask, clock, own):
    await ask(own)

    clock.advance(own)
    assert await ask.read() == "{}"


async def test_it_never_reaches_past_the_absolute_lifetime(ask, clock):
    said = await ask(99 * HOUR)

    assert said == (clock() + 10 * HOUR).isoformat()
    clock.advance(10 * HOUR)
    assert await ask.read() == "{}"


async def test_none_is_the_policys_again(ask, clock):
    await ask(3 * HOUR)
    await ask(None)

    clock.advance(HOUR - INSTANT)
    assert await ask.read() == '{"a": 1}'
    clock.advance(HOUR)
    assert await ask.read() == "{}"


async def test_a_use_gives_its_own_pause_anew(ask, clock):
    await ask(3 * HOUR)
    clock.advance(2 * HOUR)
    await ask.read()

    clock.advance(3 * HOUR - INSTANT)
    assert await ask.read() == '{"a": 1}'


async def test_uses_of_a_short_one_are_noted_often_enough(ask, clock):
    await ask(timedelta(seconds=10))

    for _ in range(20):
        clock.advance(timedelta(seconds=9))
        assert await ask.read() == '{"a": 1}'


async def test_one_without_end_ends_with_the_absolute_lifetime(ask, clock):
    await ask(timedelta.max)

    clock.advance(10 * HOUR - INSTANT)
    assert await ask.read() == '{"a": 1}'
    clock.advance(INSTANT)
    assert await ask.read() == "{}"


@pytest.mark.parametrize("own", [timedelta(0), -HOUR])
@pytest.mark.logs("Uncaught exception", "access: 500")
async def test_nothing_and_less_are_refused(ask, caplog, own):
    ask.site.on("/bad", get=lambda handler: handler.session.expire_in(own))

    assert (await ask.site.browser().get("/bad")).code == 500
    assert "want expire_in above 0" in caplog.text
