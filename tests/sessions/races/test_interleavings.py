"""Two requests on one session, in every order that the store can see."""

import operator
from datetime import timedelta

import pytest

from tests.stores import every_store, opened

from .acts import (
    DEEDS,
    RIVALS,
    destroy,
    expire,
    renew,
    revoke,
    save_another_key,
    sign_in,
    sweep,
)
from .race import GRACE, Race, make_policy
from .schedules import explore
from .verdict import Verdict

name_of = operator.attrgetter("__name__")
every_rival = pytest.mark.parametrize("rival", RIVALS, ids=name_of)
MOVES_THE_CLOCK = (expire, sweep)
# Transactions are not among them: in one process they take turns.
IN_ONE_PROCESS = (destroy, revoke, renew, sign_in, save_another_key)
POLICY = make_policy(renewal_grace=GRACE, touch_interval=timedelta(minutes=6))


@every_store
@every_rival
@pytest.mark.gen_test(timeout=600)
async def test_no_order_of_two_processes_loses_or_revives(store_name, tmp_path, rival):
    async with opened(store_name, tmp_path) as store:
        for deed in DEEDS.values():
            count = await explore(meeting(store, rival, deed))
            assert count > 1


@every_store
@pytest.mark.parametrize("rival", IN_ONE_PROCESS, ids=name_of)
@pytest.mark.gen_test(timeout=600)
async def test_no_order_within_one_process_loses_or_revives(
    store_name, tmp_path, rival
):
    batches = set()
    async with opened(store_name, tmp_path) as store:
        for deed in DEEDS.values():
            await explore(queue(store, rival, deed, batches))
    assert max(batches) > 1


def meeting(store, rival, deed):
    async def prepare():
        # What a request does between two calls to the store concerns nobody else, so
        # one gate, before the call, is enough; only the clock is read in between.
        race = Race(store, POLICY, holds_answers=rival in MOVES_THE_CLOCK)
        await race.begin()

        async def check(replies):
            await Verdict.on(race, replies, deed)

        return race.gates, actors_of(race, rival, deed), check

    return prepare


def queue(store, rival, deed, batches):
    async def prepare():
        race = Race(store, POLICY, one_process=True)
        await race.begin()
        line = race.hold_the_line()

        async def check(replies):
            await line
            batches.update(race.batch_sizes)
            await Verdict.on(race, replies, deed)

        return race.gates, actors_of(race, rival, deed), check

    return prepare


def actors_of(race, rival, deed):
    return {"rival": rival(race), "request": race.request(deed.work)}
