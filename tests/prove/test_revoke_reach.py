"""10,000 requests that begin after a revoke's answer, on every store, among others'."""

import asyncio

import pytest

from tests.sessions.processes.reach import (
    ENDS,
    accepted_after,
    signed_in_everywhere,
    site,
)
from tests.sessions.processes.visitor import Visitor
from tests.stores import every_shared_store

ROUNDS = 17
REQUESTS = 200


async def come_and_go(port):
    """Keep every process and the store busy with sessions of others."""
    while True:
        visitor = Visitor(port)
        await visitor.signs_in("grace")
        assert (await visitor.asks("GET", "/who")).status == 200
        assert (await visitor.asks("POST", "/sign-out")).status == 200


@pytest.mark.gen_test(timeout=600)
@every_shared_store
async def test_none_of_ten_thousand_is_accepted(store_name, tmp_path):
    with site(store_name, tmp_path) as running:
        crowd = [asyncio.create_task(come_and_go(running.port)) for _ in range(4)]
        accepted = []
        for end in list(ENDS.values()) * ROUNDS:
            visitor, handle = await signed_in_everywhere(running.port)
            accepted.append(await accepted_after(end, visitor, handle, REQUESTS))

        assert not any(task.done() for task in crowd)
        for task in crowd:
            task.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)

    assert len(accepted) * REQUESTS > 10_000
    assert sum(accepted) == 0
