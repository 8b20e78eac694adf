"""A program that begins, changes and ends sessions in a file, and says so each time.

Its log is written back and begun anew all the time. Started with the file, its
durability, and a number that chance begins with.
"""

import asyncio
import os
import random
import sys

from tornado_app.sessions import SessionPolicy, Sessions, SQLiteStore, ids
from tornado_app.sessions.stores import (
    sqlite_checkpoints,
    sqlite_lead,
    sqlite_reserve,
    sqlite_write_back,
)

VISITORS = 6
SESSIONS = 4
MOST_CHANGES = 6

sqlite_checkpoints.MOST_FRAMES = 40
sqlite_checkpoints._STEP_FRAMES = 4
sqlite_checkpoints.FEW_FRAMES = sqlite_write_back.FEW_FRAMES = 4
sqlite_lead._TURN_S = 0.01
sqlite_reserve.RESERVED_FRAMES = sqlite_reserve._BATCH_FRAMES = 5
sqlite_reserve._STEP_FRAMES = 5


def say(*words):
    os.write(1, " ".join(map(str, words)).encode())


async def visit(lifecycle, chance):
    for _ in range(SESSIONS):
        draft = await lifecycle.load(ids.NOTHING)
        handle = draft.handle
        for number in range(1, chance.randint(2, MOST_CHANGES)):
            draft.values.set("n", number, limit_bytes=100)
            draft.values.set("text", "x" * chance.randint(1, 1500), limit_bytes=2000)
            say("asks", handle, number)
            await lifecycle.save(draft)
            say("has", handle, number)
        if chance.random() < 0.5:
            say("asks", handle, "end")
            await lifecycle.end(handle)
            say("has", handle, "end")


async def main(path, durability, seed):
    chance = random.Random(seed)  # noqa: S311 (a test keeps no secret)
    store = SQLiteStore(path, durability=durability)
    async with Sessions(store, SessionPolicy()) as sessions:
        visitors = (visit(sessions.lifecycle, chance) for _ in range(VISITORS))
        await asyncio.gather(*visitors)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
