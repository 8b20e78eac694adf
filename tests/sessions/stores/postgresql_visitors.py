"""Visitors who use the store and notice whatever is wrong with its answers."""

import asyncio
import json

from tornado_app.sessions import SessionPolicy, StoreUnavailableError
from tornado_app.sessions.lifecycle import Lifecycle
from tornado_app.sessions.record import Create, Outcome
from tornado_app.sessions.testing import NOW, FakeClock, make_record, make_update

TIMEOUT_S = 0.3
# What is promised, and the patience that a busy machine asks for.
LATEST_S = TIMEOUT_S + 5
SOON_S = 1 + 5


class Visitors:
    """Each finds a session and counts in it, over and over, whatever is answered."""

    def __init__(self, store, timeout):
        policy = SessionPolicy(store_timeout=timeout)
        self.lifecycle = Lifecycle(store, policy, FakeClock(NOW))
        self.records = [make_record(data={"who": n, "count": 0}) for n in range(16)]
        self.answered = self.refused = 0
        self.slowest_s = 0.0
        self._latest = [0] * len(self.records)
        self._tasks = []

    async def __aenter__(self):
        for record in self.records:
            assert await self.lifecycle.apply(Create(record)) is Outcome.APPLIED
        self._tasks = [
            asyncio.create_task(self._visit(n)) for n in range(len(self.records))
        ]
        return self

    async def __aexit__(self, *exc_info):
        for task in self._tasks:
            task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.lifecycle.aclose()
        wrong = [one for one in ended if not isinstance(one, asyncio.CancelledError)]
        assert wrong == []

    async def answer_again(self):
        """Wait until every visitor has had an answer from now on; return how long."""
        loop = asyncio.get_running_loop()
        started_s, wanted = loop.time(), [n + 1 for n in self._latest]
        while any(n < want for n, want in zip(self._latest, wanted, strict=True)):
            assert loop.time() < started_s + 10, "they are not answered any more"
            await asyncio.sleep(0.005)
        return loop.time() - started_s

    async def _visit(self, number):
        """Count on; what was acknowledged must be there, and nobody else's data.

        A change that nobody answered may still happen, later than those after it.
        """
        record, sent, kept, unanswered = self.records[number], 0, 0, set()
        while True:
            found = await self._ask(self.lifecycle.find(record.handle))
            if found is not None:
                data = json.loads(found.data)
                assert (found.handle, data["who"]) == (record.handle, number)
                assert data["count"] in {self._latest[number], *unanswered}
                assert kept <= found.version <= sent
            sent += 1
            unanswered.add(sent)
            change = make_update(record, values={"count": str(sent)})
            if await self._ask(self.lifecycle.apply(change)) is Outcome.APPLIED:
                unanswered.remove(sent)
                self._latest[number] = sent
                kept += 1

    async def _ask(self, answer):
        loop = asyncio.get_running_loop()
        started_s = loop.time()
        try:
            result = await answer
        except StoreUnavailableError:
            self.refused += 1
            await asyncio.sleep(0.002)  # a browser waits longer
            return None
        finally:
            self.slowest_s = max(self.slowest_s, loop.time() - started_s)
        assert result not in (None, Outcome.GONE), "signed out unasked"
        self.answered += 1
        return result
