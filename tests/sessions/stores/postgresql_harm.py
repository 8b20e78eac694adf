"""Harm that comes to a PostgreSQL server while others use it."""

import asyncio
import random

chance = random.Random(7)  # noqa: S311 (a fault is no secret)


async def kill(server, pause_s):
    """End the server as a power cut does; start it again after a while."""
    server.kill()
    await asyncio.sleep(pause_s)
    server.launch()
    await asyncio.to_thread(server.wait_until_it_accepts)


async def freeze(server, pause_s):
    """Stop the server where it is, for a while."""
    server.freeze()
    try:
        await asyncio.sleep(pause_s)
    finally:
        server.thaw()


async def cut(relay, times):
    """Cut connections after any number of bytes; then let them be."""
    wanted = relay.cuts + times
    while relay.cuts < wanted:
        relay.cut_after = chance.randrange(1, 20_000)
        await asyncio.sleep(0.005)
        if chance.random() < 0.05:
            relay.cut_all()
    relay.cut_after = None
    relay.cut_all()


def relayed(url, server, relay):
    """The same store by way of the relay."""
    return url.replace(f"host={server.folder}", f"host=127.0.0.1&port={relay.port}")
