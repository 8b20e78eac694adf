"""A store behind gates: which call goes on is decided by the test."""

import asyncio
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

ACTOR = ContextVar("ACTOR", default="nobody")
"""On whose behalf a call to the store is made; a batch: who asked first."""


class Waiting(NamedTuple):
    """A call that stands at a gate."""

    actor: str
    place: str
    may_go: asyncio.Future


class Gates:
    """Hold every call while they are shut, until `pass_one` lets it go on."""

    def __init__(self):
        self.are_shut = False
        self.waiting = []
        self._inside = 0
        self._nobody_inside = asyncio.Event()
        self._nobody_inside.set()

    async def wait(self, place):
        if not self.are_shut:
            return
        may_go = asyncio.get_running_loop().create_future()
        self.waiting.append(Waiting(ACTOR.get(), place, may_go))
        await may_go

    @contextmanager
    def inside(self):
        """What runs here is on its way and comes back without help."""
        self._inside += 1
        self._nobody_inside.clear()
        try:
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                self._nobody_inside.set()

    def pass_one(self, waiting):
        self.waiting.remove(waiting)
        waiting.may_go.set_result(None)

    async def settle(self):
        """Let everything run until all that is left stands at a gate."""
        # What is ready to run is known to the loop alone; it offers no public way.
        ready = asyncio.get_running_loop()._ready
        while self._inside or ready:
            await self._nobody_inside.wait()
            await asyncio.sleep(0)


class Entry(NamedTuple):
    """One thing that the store has done."""

    actor: str
    operation: str
    asked: object
    answer: object


class GatedStore:
    """Passes every call to *store*, through a gate before it and, if asked, after."""

    def __init__(self, store, gates, *, holds_answers):
        self.name = store.name
        self.log = []
        self._store = store
        self._gates = gates
        self._holds_answers = holds_answers

    async def find(self, handles, *, now):
        return await self._call("find", handles, now=now)

    async def apply(self, changes):
        return await self._call("apply", changes)

    async def of_user(self, user, *, now):
        return await self._call("of_user", user, now=now)

    async def delete_user(self, user, *, now, keep):
        return await self._call("delete_user", user, now=now, keep=keep)

    async def delete_all(self, *, now):
        return await self._call("delete_all", now=now)

    async def count(self, *, now):
        return await self._call("count", now=now)

    async def delete_expired(self, *, now, limit):
        return await self._call("delete_expired", now=now, limit=limit)

    async def _call(self, operation, *asked, **how):
        await self._gates.wait(operation)
        with self._gates.inside():
            answer = await getattr(self._store, operation)(*asked, **how)
        self.log.append(Entry(ACTOR.get(), operation, asked, answer))
        if self._holds_answers:
            await self._gates.wait(f"the answer of {operation}")
        return answer
