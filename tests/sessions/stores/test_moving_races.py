"""Two processes of a site that moves, in every order that its two stores can see."""

import json
from datetime import timedelta

import pytest

from tests.sessions.races.gates import GatedStore, Gates
from tests.sessions.races.schedules import explore
from tornado_app.sessions import MemoryStore
from tornado_app.sessions.record import Create, Delete, Outcome, SignIn
from tornado_app.sessions.stores import MovingStore
from tornado_app.sessions.testing import (
    NOW,
    make_digest,
    make_record,
    make_update,
)

RECORD = make_record(data={"n": 0}, user="7")
STARTS = ("old", "both", "new")
every_start = pytest.mark.parametrize("start", STARTS)


class Walked(GatedStore):
    """With a gate before each step of a walk, too."""

    async def walk(self, *, batch):
        await self._gates.wait("walk")
        async for records in self._store.walk(batch=batch):
            yield records
            await self._gates.wait("walk on")


class Scene:
    """One session in the old store, in both or in the new one; processes that move."""

    def __init__(self):
        self.old, self.new, self.gates = MemoryStore(), MemoryStore(), Gates()

    async def begin(self, start):
        if start in ("old", "both"):
            await self.old.apply([Create(RECORD)])
        if start in ("both", "new"):
            await self.new.apply([Create(RECORD)])

    def gated(self, store):
        return Walked(store, self.gates, holds_answers=False)

    def process(self):
        return MovingStore(self.gated(self.old), self.gated(self.new))

    async def stored(self):
        site = MovingStore(self.old, self.new)
        return (await site.find([RECORD.handle], now=NOW)).get(RECORD.handle)


def update(**fields):
    """An actor: a request that changes the session."""

    def act(scene):
        site = scene.process()

        async def run():
            return (await site.apply([make_update(RECORD, **fields)]))[0]

        return run

    return act


def sign_in(name):
    return update(sign_in=SignIn(name, NOW, make_digest(name)), touch=True)


def end(generation=None):
    """An actor: a sign-out or a revoke."""

    def act(scene):
        site = scene.process()

        async def run():
            return (await site.apply([Delete(RECORD.handle, generation)]))[0]

        return run

    return act


def end_user(scene):
    site = scene.process()
    return lambda: site.delete_user("7", now=NOW, keep=None)


def end_all(scene):
    site = scene.process()
    return lambda: site.delete_all(now=NOW)


def copy(scene):
    """An actor: `migrate`, which reads in the old store and creates in the new one."""
    old, new = scene.gated(scene.old), scene.gated(scene.new)

    async def run():
        found = await old.find([RECORD.handle], now=NOW)
        if found:
            await new.apply([Create(record) for record in found.values()])

    return run


def look(scene):
    site = scene.process()

    async def run():
        found = await site.find([RECORD.handle], now=NOW)
        return found.get(RECORD.handle)

    return run


def list_user(scene):
    site = scene.process()
    return lambda: site.of_user("7", now=NOW)


async def every_order(start, check, **actors):
    """Run the actors in each order; *check* gets their answers and what is left."""

    async def prepare():
        scene = Scene()
        await scene.begin(start)

        async def verdict(answers):
            check(answers, await scene.stored())

        running = {name: actor(scene) for name, actor in actors.items()}
        return scene.gates, running, verdict

    assert await explore(prepare) > 1


@every_start
async def test_two_updates_both_count(start):
    def check(answers, stored):
        assert set(answers.values()) == {Outcome.APPLIED}
        assert json.loads(stored.data) == {"n": 0, "a": 1, "b": 2}

    await every_order(
        start, check, a=update(values={"a": "1"}), b=update(values={"b": "2"})
    )


@every_start
@pytest.mark.parametrize("ending", [end(), end(0), end_user, end_all])
async def test_no_order_revives_a_session_that_ended(start, ending):
    def check(answers, stored):
        assert answers["ending"] in (Outcome.APPLIED, 1)
        assert answers["update"] in (Outcome.APPLIED, Outcome.GONE)
        assert stored is None

    await every_order(start, check, ending=ending, update=update(values={"a": "1"}))


@pytest.mark.gen_test(timeout=60)
async def test_no_order_of_three_revives_a_session_that_ended():
    def check(answers, stored):
        assert answers["end"] is Outcome.APPLIED
        assert answers["update"] in (Outcome.APPLIED, Outcome.GONE)
        assert stored is None

    await every_order(
        "old", check, copy=copy, end=end(), update=update(values={"a": "1"})
    )


@every_start
async def test_of_two_ends_one_was_the_end(start):
    def check(answers, stored):
        assert sorted(one.name for one in answers.values()) == ["APPLIED", "GONE"]
        assert stored is None

    await every_order(start, check, one=end(), two=end(0))


@every_start
@pytest.mark.parametrize("ending", [end(), end_user, end_all])
async def test_a_copy_beside_it_does_not_revive_a_session(start, ending):
    def check(answers, stored):
        assert answers["ending"] in (Outcome.APPLIED, 1)
        assert stored is None

    await every_order(start, check, ending=ending, copy=copy)


@every_start
async def test_a_copy_beside_it_undoes_no_update(start):
    def check(answers, stored):
        assert answers["update"] is Outcome.APPLIED
        assert json.loads(stored.data) == {"n": 0, "a": 1}

    await every_order(start, check, copy=copy, update=update(values={"a": "1"}))


@every_start
async def test_a_sign_in_or_the_end_of_the_visit_before_it_wins(start):
    def check(answers, stored):
        won = [name for name, one in answers.items() if one is Outcome.APPLIED]
        assert won == (["sign_in"] if stored else ["end"])
        assert stored is None or stored.user == "ada"

    await every_order(start, check, sign_in=sign_in("ada"), end=end(0))


@every_start
async def test_an_end_whoever_it_is_ends_a_session_that_is_signed_in_meanwhile(start):
    def check(answers, stored):
        assert answers["end"] is Outcome.APPLIED
        assert stored is None

    await every_order(start, check, sign_in=sign_in("ada"), end=end())


@every_start
async def test_revoking_a_user_spares_whoever_signed_in_to_the_session(start):
    def check(answers, stored):
        assert (answers["sign_in"] is Outcome.APPLIED) == (stored is not None)
        assert answers["revoke"] == (0 if stored else 1)

    await every_order(start, check, sign_in=sign_in("ada"), revoke=end_user)


@every_start
@pytest.mark.parametrize("mover", [copy, update(values={"a": "1"})])
async def test_nobody_is_signed_out_while_a_session_moves(start, mover):
    def check(answers, stored):
        assert answers["look"].id_digest == RECORD.id_digest

    await every_order(start, check, look=look, mover=mover)


@every_start
@pytest.mark.parametrize("mover", [copy, update(values={"a": "1"})])
async def test_a_user_has_a_session_once_while_it_moves(start, mover):
    def check(answers, stored):
        assert [one.handle for one in answers["list"]] == [RECORD.handle]

    await every_order(start, check, mover=mover, list=list_user)


@every_start
async def test_what_was_updated_is_seen_by_all_that_look_afterwards(start):
    async def prepare():
        scene = Scene()
        await scene.begin(start)
        write, read = update(values={"n": "1"})(scene), look(scene)

        async def one_after_the_other():
            assert await write() is Outcome.APPLIED
            return await read()

        async def check(answers):
            assert json.loads(answers["reader"].data)["n"] == 1

        actors = {"reader": one_after_the_other, "copy": copy(scene)}
        return scene.gates, actors, check

    assert await explore(prepare) > 1


@every_start
async def test_a_session_that_ends_early_is_not_revived_by_its_old_copy(start):
    soon = timedelta(minutes=1)
    shorten = update(own_idle=(soon,), touch=True)

    async def prepare():
        scene = Scene()
        await scene.begin(start)

        async def check(answers):
            assert answers["shorten"] is Outcome.APPLIED
            site = MovingStore(scene.old, scene.new)
            after = NOW + soon
            await site.delete_expired(now=after, limit=9)
            assert await site.find([RECORD.handle], now=after) == {}
            assert await site.count(now=after) == 0

        actors = {"shorten": shorten(scene), "copy": copy(scene)}
        return scene.gates, actors, check

    assert await explore(prepare) > 1
