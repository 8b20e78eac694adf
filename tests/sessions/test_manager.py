"""Sessions from outside their own requests: listed, ended, counted, limited."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.sessions.stores.sqlite_files import nothing_is_left_open
from tornado_app.sessions import (
    MemoryStore,
    SessionInfo,
    SessionPolicy,
    Sessions,
    SQLiteStore,
    StoreOpenError,
    StoreUnavailableError,
)
from tornado_app.sessions.ids import NOTHING
from tornado_app.sessions.manager import utc_now
from tornado_app.sessions.record import Create, SignIn
from tornado_app.sessions.testing import (
    IDLE,
    START,
    FakeClock,
    make_record,
    make_update,
)

MINUTE = timedelta(minutes=1)
POLICY = SessionPolicy(max_sessions_per_user=5, store_timeout=timedelta(seconds=5))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sqlite:///a.db"], "want a store, as open_store('sqlite:///a.db') makes one"),
        ([MemoryStore(), {"rolling": True}], "want a SessionPolicy, got {'rolling'"),
    ],
)
def test_what_sessions_cannot_be_made_of_is_refused_at_once(arguments, message):
    with pytest.raises(TypeError) as caught:
        Sessions(*arguments)

    assert str(caught.value).startswith(message)


class StuckStore(MemoryStore):
    """Never answers; says so when it is asked."""

    async def never(self, *arguments, **options):
        await asyncio.Event().wait()

    find = apply = of_user = delete_user = delete_all = count = never
    delete_expired = never


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture(params=["memory", "sqlite"])
def make_store(request, tmp_path):
    if request.param == "memory":
        return MemoryStore
    return lambda: SQLiteStore(tmp_path / "sessions.db")


@pytest.fixture
async def sessions(make_store, clock):
    async with Sessions(make_store(), POLICY, clock=clock) as sessions:
        yield sessions


async def keep(sessions, *records):
    await sessions.store.apply([Create(record) for record in records])


async def sign_in(sessions, user):
    """Sign *user* in as a request without a cookie does; return the handle."""
    draft = await sessions.lifecycle.load(NOTHING)
    draft.sign_in(user)
    await sessions.lifecycle.commit(draft)
    return draft.handle


def last_seen(minutes, **changes):
    return make_record(user="7", last_seen_at=START + minutes * MINUTE, **changes)


async def handles_of(sessions, user="7"):
    return [info.handle for info in await sessions.of_user(user)]


async def test_the_sessions_of_a_user_are_listed_the_latest_first(sessions):
    records = [last_seen(minutes) for minutes in (2, 3, 1)]
    await keep(sessions, *records, make_record(user="8"), make_record())

    assert await handles_of(sessions) == [
        records[1].handle,
        records[0].handle,
        records[2].handle,
    ]


async def test_what_is_listed_can_be_shown_and_opens_nothing(sessions):
    record = make_record(
        user="7",
        started_at=START - MINUTE,
        signed_in_at=START - MINUTE / 2,
        data={"secret": 1},
    )
    await keep(sessions, record)

    assert await sessions.of_user("7") == [
        SessionInfo(
            handle=record.handle,
            user="7",
            started_at=record.started_at,
            last_seen_at=START,
            signed_in_at=record.signed_in_at,
            expires_at=START + IDLE,
        )
    ]


async def test_a_session_that_a_stricter_policy_ends_is_not_listed(make_store, clock):
    policy = SessionPolicy(idle_timeout=MINUTE)
    async with Sessions(make_store(), policy, clock=clock) as sessions:
        await keep(sessions, make_record(user="7"))
        clock.advance(MINUTE - timedelta(microseconds=1))
        (info,) = await sessions.of_user("7")
        assert info.expires_at == START + MINUTE

        clock.advance(timedelta(microseconds=1))

        assert await sessions.of_user("7") == []
        assert not await sessions.revoke(info.handle)


async def test_a_revoked_session_is_gone(sessions):
    record, other = make_record(user="7"), make_record(user="7")
    await keep(sessions, record, other)

    assert await sessions.revoke(record.handle)

    assert await handles_of(sessions) == [other.handle]
    assert not await sessions.revoke(record.handle)


async def test_a_session_is_revoked_only_for_its_own_user(sessions):
    record = make_record(user="7")
    await keep(sessions, record)

    assert not await sessions.revoke(record.handle, user="8")
    assert not await sessions.revoke(record.handle, user=None)
    assert not await sessions.revoke(record.handle, user="")
    assert await sessions.count() == 1

    assert await sessions.revoke(record.handle, user="7")
    assert await sessions.count() == 0


async def test_nobodys_session_can_be_named_as_such(sessions):
    nobodys, somebodys = make_record(), make_record(user="7")
    await keep(sessions, nobodys, somebodys)

    assert not await sessions.revoke(nobodys.handle, user="7")
    assert await sessions.revoke(nobodys.handle, user=None)
    assert not await sessions.revoke(somebodys.handle, user=None)


async def test_a_session_that_changes_hands_meanwhile_is_not_revoked(sessions):
    record = make_record(user="7", generation=1)
    await keep(sessions, record)
    find = sessions.lifecycle.find

    async def find_before_the_sign_in(handle):
        found = await find(handle)
        await sessions.store.apply([make_update(record, sign_in=sign_in_of("8"))])
        return found

    sessions.lifecycle.find = find_before_the_sign_in

    assert not await sessions.revoke(record.handle, user="7")
    assert await handles_of(sessions, "8") == [record.handle]


def sign_in_of(user):
    return SignIn(user, START, b"d" * 32)


@pytest.mark.parametrize("handle", ["", "unknown", "A" * 16, "A" * 60, "' OR 1=1"])
async def test_an_unknown_handle_revokes_nothing(sessions, handle):
    await keep(sessions, make_record())

    assert not await sessions.revoke(handle)
    assert await sessions.count() == 1


async def test_an_expired_session_cannot_be_revoked_any_more(sessions, clock):
    record = make_record()
    await keep(sessions, record)
    clock.advance(IDLE)

    assert not await sessions.revoke(record.handle)


async def test_all_sessions_of_a_user_end_but_the_kept_one(sessions, clock):
    kept, *others = (make_record(user="7") for _ in range(4))
    expired = make_record(user="7", expires_at=START)
    await keep(sessions, kept, *others, expired, make_record(user="8"), make_record())

    assert await sessions.revoke_user("7", keep=kept.handle) == 3

    assert await handles_of(sessions) == [kept.handle]
    assert await sessions.count() == 3
    assert await sessions.revoke_user("7") == 1
    assert await sessions.revoke_user("unknown") == 0


async def test_every_session_ends_at_once(sessions):
    await keep(sessions, make_record(), make_record(user="7"))

    assert await sessions.revoke_all() == 2
    assert await sessions.count() == 0


async def test_only_live_sessions_are_counted(sessions, clock):
    await keep(sessions, make_record(), make_record(expires_at=START + MINUTE))

    assert await sessions.count() == 2
    clock.advance(MINUTE)
    assert await sessions.count() == 1


async def test_the_sweep_takes_all_that_is_expired_batch_after_batch(make_store, clock):
    policy = SessionPolicy(sweep_batch=2)
    async with Sessions(make_store(), policy, clock=clock) as sessions:
        expired = [make_record(expires_at=START + MINUTE) for _ in range(5)]
        await keep(sessions, *expired, make_record())
        clock.advance(MINUTE)

        assert await sessions.sweep() == 5
        assert await sessions.sweep() == 0
        assert await sessions.store.count(now=START) == 1


async def test_an_open_store_is_ready(sessions):
    await sessions.ready()


@pytest.mark.parametrize(
    ("method", "arguments", "operation"),
    [
        ("ready", [], "find"),
        ("of_user", ["7"], "of_user"),
        ("revoke", ["handle"], "find"),
        ("revoke_user", ["7"], "of_user"),
        ("revoke_all", [], "delete_all"),
        ("count", [], "count"),
        ("sweep", [], "delete_expired"),
    ],
)
async def test_a_store_that_does_not_answer_in_time_is_unavailable(
    clock, method, arguments, operation
):
    policy = SessionPolicy(store_timeout=timedelta(milliseconds=10))
    async with Sessions(StuckStore(), policy, clock=clock) as sessions:
        with pytest.raises(StoreUnavailableError) as caught:
            await getattr(sessions, method)(*arguments)

    assert (caught.value.store, caught.value.operation) == ("memory", operation)


async def test_the_least_recently_used_session_ends_at_the_limit(sessions, clock):
    records = [last_seen(-minutes) for minutes in range(1, 6)]
    others = [make_record(user="8"), make_record()]
    await keep(sessions, *records, *others)

    handle = await sign_in(sessions, "7")

    left = [record.handle for record in records[:4]]
    assert await handles_of(sessions) == [handle, *left]
    assert await sessions.count() == 7


async def test_below_the_limit_none_ends(sessions):
    handles = [await sign_in(sessions, "7") for _ in range(5)]

    assert set(await handles_of(sessions)) == set(handles)


async def test_the_newest_session_is_spared_among_equals(sessions):
    await keep(sessions, *(last_seen(0) for _ in range(5)))

    handle = await sign_in(sessions, "7")

    assert handle in await handles_of(sessions)


async def test_without_a_limit_none_ends(make_store, clock):
    policy = SessionPolicy(max_sessions_per_user=None)
    async with Sessions(make_store(), policy, clock=clock) as sessions:
        for _ in range(30):
            await sign_in(sessions, "7")

        assert len(await sessions.of_user("7")) == 30


async def test_a_hundred_sign_ins_at_once_leave_just_the_limit(sessions):
    await asyncio.gather(*(sign_in(sessions, "7") for _ in range(100)))

    assert len(await sessions.of_user("7")) == 5
    assert await sessions.count() == 5


async def test_sign_ins_in_two_processes_leave_just_the_limit(tmp_path, clock):
    path = tmp_path / "sessions.db"

    def tick():
        clock.advance(timedelta(microseconds=1))
        return clock()

    async with (
        Sessions(SQLiteStore(path), POLICY, clock=tick) as one,
        Sessions(SQLiteStore(path), POLICY, clock=tick) as other,
    ):
        await asyncio.gather(
            *(sign_in(sessions, "7") for _ in range(20) for sessions in (one, other))
        )

        assert len(await one.of_user("7")) == 5


async def test_a_store_that_cannot_be_opened_ends_the_start(tmp_path):
    with pytest.raises(StoreOpenError):
        async with Sessions(SQLiteStore(tmp_path)):
            pass

    assert len(asyncio.all_tasks()) == 1


async def test_closing_leaves_no_task_and_no_thread(tmp_path):
    path = tmp_path / "sessions.db"
    async with Sessions(SQLiteStore(path)) as sessions:
        await sessions.ready()

    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == 1
    await nothing_is_left_open(path)  # a thread tells that it ends before it has


async def test_closing_waits_for_commits_under_way(tmp_path, clock):
    store = SQLiteStore(tmp_path / "sessions.db")
    async with Sessions(store, POLICY, clock=clock) as sessions:
        draft = await sessions.lifecycle.load(NOTHING)
        draft.sign_in("7")
        committing = asyncio.ensure_future(sessions.lifecycle.commit(draft))
        sessions.lifecycle.keep(committing)
        await asyncio.sleep(0)

    await committing
    async with store:
        assert await store.count(now=START) == 1


def test_the_clock_is_that_of_the_machine_if_not_told_else():
    sessions = Sessions(MemoryStore())

    assert sessions.clock is utc_now
    assert sessions.clock().tzinfo is UTC
    assert abs(sessions.clock() - datetime.now(UTC)) < timedelta(seconds=10)
    assert sessions.policy == SessionPolicy()
