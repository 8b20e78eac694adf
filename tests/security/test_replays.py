"""A cookie that was copied opens nothing once its session is over."""

import re
from datetime import timedelta

import pytest

from tests.handlers.signing import PASSWORD
from tests.plugins.effort import counts

LATER = [timedelta(0), timedelta(milliseconds=1), timedelta(seconds=1)]
LATER += [timedelta(hours=1), timedelta(days=1), timedelta(days=29)]


@pytest.fixture
async def thief(wire, ada):
    """Who copied Ada's cookies after her sign-in."""
    await ada.signs_up()
    thief = Thief(wire, dict(ada.cookies))
    assert await thief.is_in()
    return thief


class Thief:
    def __init__(self, wire, cookies):
        self.wire, self.cookies = wire, cookies

    async def is_in(self):
        answer = await self.wire.get("/sessions", cookies=self.cookies)
        assert answer.status in (200, 403)
        return answer.status == 200


@pytest.fixture
def stays_out(thief, clock, sessions):
    async def check(*, live):
        """No replay is let in, now or later, and none brings the session back."""
        for pause in LATER:
            clock.now += pause
            assert not await thief.is_in()
            counts["replayed cookies sent (accepted: 0)"] += 1
        clock.now -= sum(LATER, timedelta(0))
        assert await sessions.count() == live

    return check


async def test_after_the_sign_out(ada, thief, stays_out):
    await ada.signs_out()

    await stays_out(live=0)


async def test_after_the_idle_timeout(thief, clock, site_settings, stays_out):
    clock.now += site_settings.signed_in_idle_timeout

    await stays_out(live=0)


async def test_after_the_absolute_lifetime(thief, clock, site_settings, stays_out):
    step = site_settings.signed_in_idle_timeout / 2
    end = clock.now + site_settings.signed_in_lifetime
    while clock.now + step < end:
        clock.now += step
        assert await thief.is_in()  # busy: only the lifetime can end it
    clock.now = end

    await stays_out(live=0)


async def test_after_it_was_revoked_from_another_device(bea, thief, stays_out):
    await bea.signs_in()
    page = (await bea.get("/sessions")).body.decode()
    (other,) = re.findall(r'"/sessions/([^/"]+)/revoke"', page)

    await bea.post(f"/sessions/{other}/revoke", {})

    await stays_out(live=1)


async def test_after_all_others_were_revoked(bea, thief, stays_out):
    await bea.signs_in()
    await bea.get("/sessions")
    await bea.post("/sessions/revoke-others", {})

    await stays_out(live=1)


async def test_after_the_operator_ended_all(thief, sessions, stays_out):
    await sessions.revoke_all()

    await stays_out(live=0)


async def test_after_the_operator_ended_this_user_s(thief, sessions, stays_out):
    (user,) = await users_of(sessions)
    await sessions.revoke_user(user)

    await stays_out(live=0)


async def test_after_a_new_sign_in_of_the_same_browser(ada, thief, stays_out):
    await ada.signs_in("ada", PASSWORD)

    await stays_out(live=1)


async def users_of(sessions):
    """Whose sessions there are."""
    batches = [batch async for batch in sessions.store.walk(batch=100)]
    return {record.user for batch in batches for record in batch if record.user}
