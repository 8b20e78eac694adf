"""A cookie that comes again opens what it opened before, as long as that is true."""

from datetime import timedelta

import pytest

from tornado_app.sessions import MemoryStore, SessionPolicy, Sessions
from tornado_app.sessions.ids import NOTHING, found
from tornado_app.sessions.testing import FakeClock

SECOND, MINUTE, DAY = (timedelta(seconds=s) for s in (1, 60, 86_400))
GRACE = 30 * SECOND


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
async def lifecycle(clock):
    policy = SessionPolicy(renewal_grace=GRACE)
    async with Sessions(MemoryStore(), policy, clock=clock) as sessions:
        yield sessions.lifecycle


async def begin(lifecycle, **values):
    """Store a session; return what its cookie says, the same each time it comes."""
    draft = await lifecycle.load(NOTHING)
    for key, value in (values or {"a": 1}).items():
        draft.values.set(key, value, limit_bytes=10_000)
    await lifecycle.commit(draft)
    cookie = found(draft.current_id)
    assert (await lifecycle.load(cookie)).record is not None
    return cookie


async def renew(lifecycle, cookie):
    draft = await lifecycle.load(cookie)
    draft.renew()
    await lifecycle.commit(draft)
    return found(draft.current_id)


async def opens(lifecycle, cookie):
    return (await lifecycle.load(cookie)).record is not None


async def test_a_session_that_was_ended_is_not_opened_again(lifecycle):
    cookie = await begin(lifecycle)

    await lifecycle.end(cookie.handle)

    assert not await opens(lifecycle, cookie)


async def test_a_session_ends_when_its_time_is_over(lifecycle, clock):
    cookie = await begin(lifecycle)

    clock.advance(100 * DAY)

    assert not await opens(lifecycle, cookie)


async def test_an_id_before_the_present_one_is_dead_after_its_grace(lifecycle, clock):
    cookie = await begin(lifecycle)
    after = await renew(lifecycle, cookie)

    assert await opens(lifecycle, cookie)
    clock.advance(GRACE)
    assert not await opens(lifecycle, cookie)
    assert await opens(lifecycle, after)


async def test_what_others_changed_is_seen(lifecycle):
    cookie = await begin(lifecycle)
    draft = await lifecycle.load(cookie)
    draft.values.set("a", 2, limit_bytes=10_000)

    await lifecycle.commit(draft)

    assert (await lifecycle.load(cookie)).values.get("a") == 2


async def test_a_use_is_noted_when_it_is_due(lifecycle, clock):
    cookie = await begin(lifecycle)
    assert not lifecycle.wants_commit(await lifecycle.load(cookie))

    clock.advance(MINUTE)

    assert lifecycle.wants_commit(await lifecycle.load(cookie))


async def test_the_end_of_a_long_request_is_noted(lifecycle, clock):
    draft = await lifecycle.load(await begin(lifecycle))

    clock.advance(MINUTE)

    assert lifecycle.wants_commit(draft)


async def test_a_timeout_that_was_saved_just_now_counts(lifecycle, clock):
    draft = await lifecycle.load(await begin(lifecycle))
    draft.expire_in(10 * SECOND)
    await lifecycle.save(draft)

    clock.advance(SECOND)

    assert lifecycle.wants_commit(draft)


async def test_a_reload_shows_a_timeout_that_others_gave(lifecycle, clock):
    cookie = await begin(lifecycle)
    draft, other = await lifecycle.load(cookie), await lifecycle.load(cookie)
    other.expire_in(10 * SECOND)
    await lifecycle.commit(other)
    await lifecycle.reload(draft)

    clock.advance(SECOND)

    assert lifecycle.wants_commit(draft)


async def test_a_timeout_that_came_with_much_data_counts(lifecycle, clock):
    cookie = await begin(lifecycle)
    other = await lifecycle.load(cookie)
    other.expire_in(10 * SECOND)
    other.values.set("text", "x" * 3000, limit_bytes=10_000)
    await lifecycle.commit(other)
    draft = await lifecycle.load(cookie)

    clock.advance(SECOND)

    assert lifecycle.wants_commit(draft)


@pytest.mark.parametrize("fields", [{"resave": True}, {"touch_interval": 0 * SECOND}])
async def test_each_use_is_noted_where_the_policy_wants_it(clock, fields):
    policy = SessionPolicy(**fields)
    async with Sessions(MemoryStore(), policy, clock=clock) as sessions:
        cookie = await begin(sessions.lifecycle)

        assert sessions.lifecycle.wants_commit(await sessions.lifecycle.load(cookie))
        assert cookie.opened is None


async def test_an_id_is_renewed_when_that_is_due_before_a_touch(clock):
    policy = SessionPolicy(renew_every=10 * SECOND, renewal_grace=GRACE)
    async with Sessions(MemoryStore(), policy, clock=clock) as sessions:
        cookie = await begin(sessions.lifecycle)
        clock.advance(10 * SECOND)
        draft = await sessions.lifecycle.load(cookie)

        assert sessions.lifecycle.wants_commit(draft)
        await sessions.lifecycle.commit(draft)

        assert draft.current_id != cookie.session_id


async def test_what_a_cookie_opens_is_kept_only_where_that_is_little(lifecycle):
    short, long = await begin(lifecycle), await begin(lifecycle, text="x" * 3000)
    shown = await begin(lifecycle)
    draft = await lifecycle.load(shown)
    draft.add_flash("Saved.", "info")
    await lifecycle.commit(draft)
    await lifecycle.load(shown)

    assert short.opened is not None
    assert (long.opened, shown.opened) == (None, None)


async def test_what_a_cookie_opened_is_let_go_when_it_opens_nothing(lifecycle):
    cookie = await begin(lifecycle)
    await lifecycle.end(cookie.handle)

    await lifecycle.load(cookie)

    assert cookie.opened is None
