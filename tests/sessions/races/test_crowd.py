"""A hundred requests at the instant that matters."""

from datetime import timedelta

import pytest

from .race import GRACE, make_policy
from .site import CROWD, cookie_of

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
patiently = pytest.mark.gen_test(timeout=600)


class TestRenewalByTheClock:
    @pytest.fixture
    def policy(self):
        return make_policy(
            renew_every=HOUR / 2, renewal_grace=GRACE, max_sessions_per_user=5
        )

    @pytest.fixture
    async def old(self, crowd, clock):
        """The cookie of a session whose id is due for renewal just now."""
        cookie = cookie_of(await crowd.fetch("/name", method="POST"))
        clock.advance(HOUR / 2)
        return cookie

    @patiently
    async def test_one_successor_and_nobody_signed_out(self, crowd, old, sessions):
        responses = await crowd.fetch_at_once(["/name"] * CROWD, cookie=old)

        assert {response.body for response in responses} == {b"Ada"}
        (new,) = filter(None, map(cookie_of, responses))
        assert (await crowd.fetch("/name", cookie=new)).body == b"Ada"
        assert await sessions.count() == 1

    @patiently
    async def test_the_old_id_is_dead_after_the_grace(self, crowd, old, clock):
        responses = await crowd.fetch_at_once(["/name"] * CROWD, cookie=old)
        (new,) = filter(None, map(cookie_of, responses))

        clock.advance(GRACE - MOMENT)
        before = await crowd.fetch("/name", cookie=old)
        clock.advance(MOMENT)
        after = await crowd.fetch("/name", cookie=old)

        assert (before.body, after.body) == (b"Ada", b"stranger")
        assert (await crowd.fetch("/name", cookie=new)).body == b"Ada"


class TestSignIns:
    @pytest.fixture
    def policy(self):
        return make_policy(max_sessions_per_user=5)

    @patiently
    async def test_100_at_once_leave_as_many_as_the_limit(self, crowd, sessions):
        paths = ["/sign-in/ada"] * CROWD
        responses = await crowd.fetch_at_once(paths, method="POST")

        assert len(await sessions.of_user("ada")) == 5
        assert await sessions.count() == 5
        assert len({cookie_of(response) for response in responses}) == CROWD
