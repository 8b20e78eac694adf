"""Visitors of a site that moves, who notice whatever goes wrong with their sessions."""

import asyncio
import json
import random

from tornado_app.sessions import SessionPolicy
from tornado_app.sessions.lifecycle import Lifecycle
from tornado_app.sessions.manager import utc_now
from tornado_app.sessions.record import Create, Outcome
from tornado_app.sessions.testing import IDLE, LIFETIME, make_record, make_update
from tornado_app.sessions.testing.records import Clocks

VISITORS = 24


def records_now(count):
    """*count* sessions that began just now."""
    now = utc_now()
    times = {"started_at": now, "last_seen_at": now, "renewed_at": now}
    return [
        make_record(
            data={"n": n, "count": 0},
            user=f"user {n}" if n % 3 else None,
            expires_at=now + IDLE,
            **times,
        )
        for n in range(count)
    ]


class Traffic:
    """Counts in sessions through several *stores*, the processes of one site.

    Each session is one visitor's, who knows what must be found in it.
    """

    def __init__(self, stores, records, counts):
        policy = SessionPolicy(store_timeout=IDLE)
        self._sites = [Lifecycle(store, policy, utc_now) for store in stores]
        self._chance = random.Random(len(records))  # noqa: S311 - it guards nothing
        self._tasks = []
        self._goes_on = True
        self._progress = asyncio.Event()
        self.records = records
        self.counts = counts
        """By handle: what was acknowledged last; None: the session was ended."""
        self.requests = 0

    async def __aenter__(self):
        shares = [self.records[n::VISITORS] for n in range(VISITORS)]
        self._tasks = [asyncio.create_task(self._visit(share)) for share in shares]
        return self

    async def __aexit__(self, *exc_info):
        self._goes_on = False
        await asyncio.gather(*self._tasks)
        for site in self._sites:
            await site.aclose()

    async def until(self, requests):
        """Wait until there were so many, or one visitor has given up."""
        while self.requests < requests and not any(one.done() for one in self._tasks):
            self._progress.clear()
            await self._progress.wait()

    async def _visit(self, share):
        share = list(share)
        try:
            while self._goes_on:
                await self._request(share)
                self._progress.set()
        finally:
            self._progress.set()

    async def _request(self, share):
        """Come with a session's cookie; change something, sign out, or begin anew."""
        self.requests += 1
        record = self._chance.choice(share)
        site, other = self._chance.sample(self._sites, 2)
        await self.look(site, record)
        if self.counts[record.handle] is None:
            return
        lot = self._chance.random()
        if lot < 0.01:
            assert await site.end(record.handle)
            self.counts[record.handle] = None
            await self.look(other, record)
        elif lot < 0.02:
            (fresh,) = records_now(1)
            assert await site.apply(Create(fresh)) is Outcome.APPLIED
            self.counts[fresh.handle] = 0
            self.records.append(fresh)
            share.append(fresh)
        else:
            await self._count_on(site, record)
            await self.look(other, record)

    async def look(self, site, record):
        """Find the session as it was left, or nothing where it was ended."""
        found = await site.find(record.handle)
        wanted = self.counts[record.handle]
        if wanted is None:
            # A process that has left the old store may see the mark of the move.
            opens = found is not None and found.opens_with(record.id_digest, utc_now())
            assert not opens, "it was ended, and is back"
        else:
            assert found is not None, "signed out"
            assert found.opens_with(record.id_digest, utc_now())
            assert json.loads(found.data)["count"] == wanted, "an update was lost"

    async def _count_on(self, site, record):
        count = self.counts[record.handle] + 1
        change = make_update(
            record,
            now=utc_now(),
            clocks=Clocks(IDLE, record.started_at + LIFETIME),
            values={"count": str(count)},
            touch=self._chance.random() < 0.5,
        )
        assert await site.apply(change) is Outcome.APPLIED, "signed out"
        self.counts[record.handle] = count


async def nobody_lost_anything(store, traffic):
    """Look at every session in *store* alone."""
    wanted = {one.handle: one for one in traffic.records}
    found = {}
    async for records in store.walk(batch=500):
        found |= {one.handle: one for one in records}
    for handle, record in wanted.items():
        count, one = traffic.counts[handle], found.get(handle)
        if count is None:
            assert one is None or not one.opens_with(record.id_digest, utc_now())
        else:
            assert one is not None, "signed out"
            assert one.opens_with(record.id_digest, utc_now())
            assert json.loads(one.data)["count"] == count, "an update was lost"
