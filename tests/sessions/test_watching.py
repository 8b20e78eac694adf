"""What a watcher is told of the engine's work, and when."""

import asyncio
import inspect
from datetime import timedelta

import pytest

from tests.sessions.noting import NotingWatcher
from tornado_app.sessions import (
    MemoryStore,
    SessionGoneError,
    SessionPolicy,
    Sessions,
    SessionStore,
    StoreUnavailableError,
)
from tornado_app.sessions.ids import NOTHING, Rejection, found, new_id
from tornado_app.sessions.record import Create
from tornado_app.sessions.session import Session
from tornado_app.sessions.sockets import Sockets
from tornado_app.sessions.testing import START, FakeClock, make_record
from tornado_app.sessions.watching import OPERATIONS, Timed

MINUTE = timedelta(minutes=1)
POLICY = SessionPolicy(max_sessions_per_user=2, sweep_batch=2)


class FailingStore(MemoryStore):
    async def find(self, handles, *, now):
        raise StoreUnavailableError("memory", "find")


class StuckStore(MemoryStore):
    async def count(self, *, now):
        await asyncio.Event().wait()


class FakeSocket:
    def close_for_good(self):
        """It is closed by being forgotten."""


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def watcher():
    return NotingWatcher()


class AskedByFind(MemoryStore):
    """Does what a store does that cannot answer at once."""

    async def find(self, handles, *, now):
        return await super().find(handles, now=now)


@pytest.fixture
async def open_sessions(watcher, clock):
    opened = []

    async def open_them(store, policy=POLICY):
        sessions = Sessions(store, policy, clock=clock, watcher=watcher)
        opened.append(await sessions.__aenter__())
        return sessions

    yield open_them
    for sessions in opened:
        await sessions.__aexit__(None, None, None)


@pytest.fixture
async def sessions(open_sessions):
    return await open_sessions(MemoryStore())


async def begin(sessions, **values):
    """Store a new session; return the id that opens it."""
    draft = await sessions.lifecycle.load(NOTHING)
    Session(sessions.lifecycle, draft).update(values or {"a": 1})
    await sessions.lifecycle.commit(draft)
    return draft.current_id


async def come_back(sessions, session_id):
    """Return the draft of a later request with the same cookie."""
    presented = found(session_id)
    return await sessions.lifecycle.load(presented)


async def sign_in(sessions, user="ada"):
    draft = await sessions.lifecycle.load(NOTHING)
    draft.sign_in(user)
    await sessions.lifecycle.commit(draft)
    return draft


def of_kind(watcher, *names):
    return [event for event in watcher.told if event[0] in names]


async def test_a_new_session_is_a_commit_that_created_one(sessions, watcher):
    await begin(sessions)

    assert watcher.told == [("committed", 1, 1)]
    assert watcher.calls == [("apply", 1, False)]


async def test_a_change_is_a_commit_that_created_none(sessions, watcher):
    draft = await come_back(sessions, await begin(sessions))
    Session(sessions.lifecycle, draft)["a"] = 2
    await sessions.lifecycle.commit(draft)

    assert watcher.told[1:] == [("committed", 1, 0)]


async def test_many_requests_are_told_of_once(sessions, watcher):
    await asyncio.gather(*(begin(sessions, n=n) for n in range(20)))

    assert watcher.told == [("committed", 20, 20)]
    assert watcher.calls == [("apply", 20, False)]


async def test_who_only_reads_is_told_of_as_a_part_of_its_batch(open_sessions, watcher):
    sessions = await open_sessions(AskedByFind())
    session_id = await begin(sessions)
    watcher.told.clear()
    watcher.calls.clear()

    drafts = [come_back(sessions, session_id) for _ in range(20)]
    for draft in await asyncio.gather(*drafts):
        assert not sessions.lifecycle.wants_commit(draft)

    assert watcher.told == []
    assert watcher.calls == [("find", 20, False)]


async def test_who_is_known_at_once_asks_the_store_nothing(sessions, watcher):
    session_id = await begin(sessions)
    watcher.calls.clear()

    draft = await come_back(sessions, session_id)

    assert not draft.record.user
    assert watcher.calls == []


async def test_a_change_that_would_revive_a_session_is_a_refusal(sessions, watcher):
    draft = await come_back(sessions, await begin(sessions))
    Session(sessions.lifecycle, draft)["a"] = 2
    await sessions.revoke(draft.handle)

    with pytest.raises(SessionGoneError):
        await sessions.lifecycle.commit(draft)

    assert watcher.told[1:] == [("revoked", 1), ("refused", 1)]


async def test_a_transaction_that_begins_anew_is_a_conflict(sessions, watcher):
    session_id = await begin(sessions, n=0)
    mine = Session(sessions.lifecycle, await come_back(sessions, session_id))
    theirs = Session(sessions.lifecycle, await come_back(sessions, session_id))
    turns = []

    async def add_one(session):
        turns.append(session["n"])
        if len(turns) == 1:
            theirs["n"] = 10
            await theirs.save()
        session["n"] += 1

    await mine.transaction(add_one)

    assert turns == [0, 10]
    assert of_kind(watcher, "conflicted") == [("conflicted", 1)]


async def test_a_transaction_that_only_looks_may_meet_a_conflict_too(sessions, watcher):
    session_id = await begin(sessions, n=0)
    mine = Session(sessions.lifecycle, await come_back(sessions, session_id))
    theirs = Session(sessions.lifecycle, await come_back(sessions, session_id))

    async def look(session):
        if session["n"] == 0:
            theirs["n"] = 10
            await theirs.save()
        return session["n"]

    assert await mine.transaction(look) == 10
    assert of_kind(watcher, "conflicted") == [("conflicted", 1)]


async def test_a_destroyed_session_has_ended_so(sessions, watcher):
    draft = await come_back(sessions, await begin(sessions))
    Session(sessions.lifecycle, draft).destroy()
    await sessions.lifecycle.commit(draft)

    assert watcher.told[1:] == [("destroyed", 1)]


async def test_a_session_over_the_limit_has_ended_so(sessions, watcher, clock):
    for _ in range(3):
        await sign_in(sessions)
        clock.advance(MINUTE)

    assert of_kind(watcher, "limit") == [("limit", 1)]


async def test_revoked_sessions_are_counted_however_they_are(sessions, watcher):
    first = await sign_in(sessions)
    await sign_in(sessions)
    await sign_in(sessions, "bob")

    assert await sessions.revoke(first.handle, user="ada")
    await sessions.revoke_user("ada")
    await sessions.revoke_all()

    assert of_kind(watcher, "revoked") == [("revoked", 1)] * 3


async def test_what_was_not_there_has_not_ended(sessions, watcher):
    assert not await sessions.revoke("unknown-handle-0")

    assert of_kind(watcher, "revoked") == []


async def test_a_sweep_tells_of_each_batch_and_of_its_end(sessions, watcher, clock):
    expired = [make_record(expires_at=START + MINUTE) for _ in range(3)]
    await sessions.store.apply([Create(record) for record in expired])
    clock.advance(MINUTE)

    await sessions.sweep()

    assert watcher.told == [("swept", 2), ("swept", 1), "swept"]


@pytest.mark.parametrize("rejection", list(Rejection), ids=lambda one: one.name)
async def test_the_log_has_words_for_every_rejection(rejection):
    assert " " in rejection.value


async def test_an_unknown_session_is_a_rejected_cookie(sessions, watcher):
    await come_back(sessions, new_id("unknown-handle-0"))

    assert watcher.told == ["UNKNOWN"]


async def test_a_wrong_secret_is_a_rejected_cookie(sessions, watcher):
    session_id = await begin(sessions)

    await come_back(sessions, new_id(session_id[:16]))

    assert watcher.told[1:] == ["RENEWED"]


async def test_an_expired_session_is_a_rejected_cookie(
    open_sessions, sessions, watcher, clock
):
    session_id = await begin(sessions)
    # Under the policy it was made with it would live still.
    strict = SessionPolicy(idle_timeout=MINUTE)
    stricter = await open_sessions(sessions.store, strict)
    clock.advance(MINUTE)

    await come_back(stricter, session_id)

    assert watcher.told[1:] == ["EXPIRED"]


async def test_no_cookie_at_all_is_no_rejected_one(sessions, watcher):
    await sessions.lifecycle.load(NOTHING)

    assert (watcher.told, watcher.calls) == ([], [])


async def test_a_call_that_fails_is_told_as_failed(open_sessions, watcher):
    sessions = await open_sessions(FailingStore())

    with pytest.raises(StoreUnavailableError):
        await sessions.ready()

    assert watcher.calls == [("find", 1, True)]


async def test_a_call_past_its_deadline_is_told_as_failed(open_sessions, watcher):
    policy = SessionPolicy(store_timeout=timedelta(milliseconds=10))
    sessions = await open_sessions(StuckStore(), policy)

    with pytest.raises(StoreUnavailableError):
        await sessions.count()

    assert watcher.calls == [("count", None, True)]


def test_a_call_that_was_given_up_says_nothing_of_the_store(watcher):
    with pytest.raises(asyncio.CancelledError), Timed(watcher, "count"):
        raise asyncio.CancelledError

    assert watcher.calls == []


async def test_calls_that_many_do_not_share_have_no_size(sessions, watcher):
    await sessions.count()

    assert watcher.calls == [("count", None, False)]


def test_a_socket_is_told_of_when_it_opens_and_once_when_it_closes(watcher):
    sockets, socket = Sockets(watcher), FakeSocket()
    sockets.add("handle", socket, generation=0)
    sockets.close("handle")
    sockets.discard("handle", socket)

    assert watcher.told == ["opened", "closed"]


def test_every_operation_of_a_store_has_its_name_in_the_list():
    methods = dict(inspect.getmembers(SessionStore, inspect.isfunction))
    public = {name for name in methods if not name.startswith("_")}

    # Only the operator's commands walk.
    assert set(OPERATIONS) == public - {"walk"}
