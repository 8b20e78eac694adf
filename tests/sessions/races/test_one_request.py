"""A handler that goes on while a commit of its own is under way."""

import asyncio
import inspect
from datetime import timedelta

import pytest

from tests.stores import every_store, opened
from tornado_app.sessions import Session
from tornado_app.sessions.marks import Cookie

from .acts import DEEDS, holds, increment, texts
from .race import Race, make_policy
from .requests import commit, presented


def fill(session):
    session.update({"n": 0, "kept": "yes", "doomed": "yes"})
    session.flash("old")


async def create(session):
    fill(session)
    await session.save()


async def change(session):
    session["first"] = 1
    session.flash("first")
    await session.save()


async def count(session):
    session["first"] = 1
    await session.transaction(increment)


UNDER_WAY = {"create": (create, 1), "change": (change, 1), "count": (count, 3)}
"""By name: what is under way, and how often it asks the store."""

# A new session has its first id yet, and a destroyed one keeps nothing.
KEPT = [deed for deed in DEEDS if deed not in ("renew", "destroy")]


class Handler:
    """Holds a session whose store answers only when it is let."""

    def __init__(self, race, draft):
        self.race, self.draft = race, draft
        self.lifecycle = race.process().lifecycle
        self.session = Session(self.lifecycle, draft)
        race.handle = self.session.handle

    @classmethod
    async def of(cls, store, *, new):
        race = Race(store, make_policy(), one_process=True)
        await race.begin()
        session_id = None if new else race.session_id
        lifecycle = race.process().lifecycle
        return cls(race, await lifecycle.load(presented(session_id)))

    async def begin(self, work, *, answers):
        """Start *work*; return its task once the store has answered so often."""
        gates = self.race.gates
        gates.are_shut = True
        task = asyncio.create_task(work(self.session))
        await gates.settle()
        for _ in range(answers):
            gates.pass_one(gates.waiting[0])
            await gates.settle()
        return task

    async def finish(self, *tasks):
        """Let the store answer, then end the request."""
        gates = self.race.gates
        await gates.settle()
        gates.are_shut = False
        for waiting in list(gates.waiting):
            gates.pass_one(waiting)
        await asyncio.gather(*tasks)
        await commit(self.lifecycle, self.draft)


async def do(deed, session):
    result = deed.work(session)
    if inspect.isawaitable(result):
        await result


@every_store
@pytest.mark.parametrize("under_way", UNDER_WAY)
@pytest.mark.parametrize("deed", KEPT)
async def test_what_is_done_meanwhile_is_kept(store_name, tmp_path, under_way, deed):
    work, calls = UNDER_WAY[under_way]
    async with opened(store_name, tmp_path) as store:
        for answers in range(calls):
            handler = await Handler.of(store, new=under_way == "create")
            task = await handler.begin(work, answers=answers)
            handler.race.clock.advance(timedelta(seconds=1))
            deed_task = asyncio.create_task(do(DEEDS[deed], handler.session))
            await handler.finish(task, deed_task)

            record = await handler.race.stored()
            assert DEEDS[deed].shows(record), f"after {answers} answers"
            assert under_way == "create" or holds(first=1)(record)


@every_store
@pytest.mark.parametrize("under_way", ["create", "change"])
async def test_a_session_destroyed_meanwhile_is_gone(store_name, tmp_path, under_way):
    work, _ = UNDER_WAY[under_way]
    async with opened(store_name, tmp_path) as store:
        handler = await Handler.of(store, new=under_way == "create")
        task = await handler.begin(work, answers=0)
        handler.session.destroy()
        await handler.finish(task)

        assert await handler.race.stored() is None
        assert handler.draft.cookie is Cookie.CLEAR


@every_store
@pytest.mark.parametrize("under_way", ["create", "change"])
async def test_what_follows_a_destroy_meanwhile_is_new(store_name, tmp_path, under_way):
    work, _ = UNDER_WAY[under_way]
    async with opened(store_name, tmp_path) as store:
        handler = await Handler.of(store, new=under_way == "create")
        task = await handler.begin(work, answers=0)
        handler.session.destroy()
        handler.session["later"] = 1
        await handler.finish(task)

        assert await handler.race.stored() is None
        assert handler.draft.cookie is Cookie.SET
        handler.race.handle = handler.session.handle
        assert (await handler.race.stored()).data == '{"later":1}'


@every_store
@pytest.mark.parametrize("under_way", ["create", "change"])
async def test_flashes_popped_meanwhile_come_no_more(store_name, tmp_path, under_way):
    work, _ = UNDER_WAY[under_way]
    async with opened(store_name, tmp_path) as store:
        handler = await Handler.of(store, new=under_way == "create")
        task = await handler.begin(work, answers=0)
        popped = handler.session.pop_flashes()
        await handler.finish(task)

        assert popped
        assert texts(await handler.race.stored()) == []
