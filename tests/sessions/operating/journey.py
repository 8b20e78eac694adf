"""A site that moves from store to store while its visitors go on."""

from contextlib import AsyncExitStack

from tests.plugins.effort import counts
from tornado_app.sessions.manager import utc_now
from tornado_app.sessions.operating.stats import collect
from tornado_app.sessions.record import Create
from tornado_app.sessions.stores import MovingStore

from .traffic import Traffic, nobody_lost_anything, records_now

BATCH = 500
REQUESTS = 1000


class Journey:
    """Begins with *size* sessions in *stores*: a store for each process of the site."""

    def __init__(self, size, stores):
        self._stores = stores
        self._records = records_now(size)
        self._counts = {one.handle: 0 for one in self._records}
        self._stack = AsyncExitStack()

    async def __aenter__(self):
        await self._open(self._stores)
        for start in range(0, len(self._records), BATCH):
            batch = self._records[start : start + BATCH]
            await self._stores[0].apply([Create(one) for one in batch])
        return self

    async def __aexit__(self, *exc_info):
        await self._stack.aclose()

    async def move_to(self, stores, migrate, *, move):
        """Move under traffic; *migrate* makes a function of the two ends that does it.

        With *move* the processes of the site then leave the old store one by one.
        """
        await self._open(stores)
        sites = list(map(MovingStore, self._stores, stores))
        async with self._traffic(sites) as traffic:
            await traffic.until(REQUESTS)
            await migrate(self._stores[0], stores[0])(move=move)
            await traffic.until(traffic.requests + REQUESTS)
        await self._check(sites, stores, traffic)
        if move:
            assert (await collect(self._stores[0], now=utc_now())).live == 0
            async with self._traffic([sites[0], stores[1]]) as traffic:
                await traffic.until(REQUESTS)
            await self._check(sites, stores, traffic)
        self._stores = stores

    async def _open(self, stores):
        for store in stores:
            await self._stack.enter_async_context(store)

    def _traffic(self, stores):
        return Traffic(stores, self._records, self._counts)

    async def _check(self, sites, stores, traffic):
        assert await sites[0].count_left(now=utc_now()) == 0
        await nobody_lost_anything(stores[0], traffic)
        counts["requests to moving sites, 0 signed out, 0 lost"] += traffic.requests
