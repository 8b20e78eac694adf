"""Meetings on one session that want more than the common verdict, in every order."""

import json
from datetime import timedelta
from functools import partial

import pytest

from tests.stores import every_store, opened
from tornado_app.sessions import ids
from tornado_app.sessions.marks import Cookie

from .acts import DEEDS, count_up, destroy, increment, renew
from .race import GRACE, Race, make_policy
from .requests import cookie_after
from .schedules import explore
from .verdict import Verdict

patiently = pytest.mark.gen_test(timeout=600)


async def explore_race(store, make_actors, check, *, policy=None, user=None):
    """Explore what *make_actors* makes of a new race; *check* takes it at its end."""

    async def prepare():
        race = Race(store, policy)
        await race.begin(user=user)

        async def check_race(replies):
            await check(race, replies)

        return race.gates, make_actors(race), check_race

    return await explore(prepare)


async def explore_deeds(store, make_actors, check, **how):
    """Explore a race for each deed; *make_actors* and *check* are given it too."""
    for deed in DEEDS.values():
        actors = partial(make_actors, deed=deed)
        await explore_race(store, actors, partial(check, deed=deed), **how)


def look_later(race):
    """Load, wait; say whether the rival was done by then and what is seen of it."""

    async def work(session):
        await race.gates.wait("the look")
        came_before = any(entry.operation == "apply" for entry in race.log)
        return came_before, await session.transaction(lambda session: session.get("n"))

    return work


def by_hand(session):
    session.renew()


def by_the_clock(session):
    """Only look: the policy says when."""


def several(count, work):
    """As many requests that all do the same."""
    return lambda race: {f"request {i}": race.request(work) for i in range(count)}


@every_store
@patiently
async def test_without_grace_a_late_request_is_a_stranger(store_name, tmp_path):
    def actors(race, deed):
        return {"rival": renew(race), "request": race.request(deed.work)}

    async def check(race, replies, deed):
        await Verdict.on(race, replies, deed)

    async with opened(store_name, tmp_path) as store:
        await explore_deeds(store, actors, check)


@every_store
@patiently
async def test_nothing_of_one_user_is_left_to_another(store_name, tmp_path):
    def actors(race, deed):
        other = race.request(lambda session: session.sign_in("somebody else"))
        return {"rival": other, "request": race.request(deed.work)}

    async def check(race, replies, deed):
        record = await race.stored()
        if record is not None and record.user == "somebody else":
            assert (record.data, record.flashes) == ("{}", ())
            assert record.idle_timeout is None

    async with opened(store_name, tmp_path) as store:
        await explore_deeds(store, actors, check, user="ada")


@every_store
@pytest.mark.parametrize("count", [2, 3])
@patiently
async def test_transactions_lose_no_step(store_name, tmp_path, count):
    async def check(race, replies):
        record = await race.stored()
        assert json.loads(record.data)["n"] == count
        results = [reply.result for reply in replies.values()]
        assert sorted(results) == list(range(1, count + 1))

    def increment_once(session):
        return session.transaction(increment)

    async with opened(store_name, tmp_path) as store:
        await explore_race(store, several(count, increment_once), check)


@every_store
async def test_a_look_in_a_transaction_is_at_what_is_stored_now(store_name, tmp_path):
    def actors(race):
        return {"rival": count_up(race), "request": race.request(look_later(race))}

    async def check(race, replies):
        came_before, seen = replies["request"].result
        assert seen == 1 or not came_before

    async with opened(store_name, tmp_path) as store:
        await explore_race(store, actors, check)


@every_store
async def test_a_look_in_a_transaction_tells_that_the_session_is_gone(
    store_name, tmp_path
):
    def actors(race):
        return {"rival": destroy(race), "request": race.request(look_later(race))}

    async def check(race, replies):
        reply = replies["request"]
        if reply.found and reply.result is not None:
            came_before, _ = reply.result
            assert not came_before

    async with opened(store_name, tmp_path) as store:
        await explore_race(store, actors, check)


@every_store
@pytest.mark.parametrize(("count", "work"), [(2, by_hand), (3, by_the_clock)])
async def test_renewals_at_once_have_one_successor(store_name, tmp_path, count, work):
    minute = timedelta(minutes=1)
    policy = make_policy(renew_every=minute, renewal_grace=GRACE)

    def actors(race):
        race.clock.advance(minute)
        return several(count, work)(race)

    async def check(race, replies):
        given = [one for one in race.replies if one.cookie is Cookie.SET]
        assert len(given) == 1
        session_id = cookie_after(race.session_id, given[0])
        record, now = await race.stored(), race.clock()
        assert record.opens_with(ids.digest_of(session_id), now)
        assert not record.opens_with(ids.digest_of(race.session_id), now + GRACE)

    async with opened(store_name, tmp_path) as store:
        await explore_race(store, actors, check, policy=policy)


@every_store
async def test_three_requests_with_three_keys_are_all_kept(store_name, tmp_path):
    def actors(race):
        return {
            key: race.request(lambda session, key=key: session.update({key: key}))
            for key in ("red", "green", "blue")
        }

    async def check(race, replies):
        record = await race.stored()
        assert {"red", "green", "blue"} <= json.loads(record.data).keys()

    async with opened(store_name, tmp_path) as store:
        await explore_race(store, actors, check)
