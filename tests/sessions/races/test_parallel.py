"""Many at once on one session: every key and every step is there afterwards."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from tests.stores import STORES, every_shared_store
from tornado_app.sessions import Session, Sessions, open_store

from .acts import increment
from .race import make_policy
from .requests import presented, run_request
from .site import cookie_of

ROOT = Path(__file__).parents[3]
patiently = pytest.mark.gen_test(timeout=600)


@patiently
async def test_64_requests_at_once_set_64_keys(crowd):
    cookie = cookie_of(await crowd.fetch("/name", method="POST"))
    keys = {f"key_{i}" for i in range(64)}

    paths = [f"/key/{key}" for key in keys]
    await crowd.fetch_at_once(paths, method="POST", cookie=cookie)

    response = await crowd.fetch("/everything", cookie=cookie)
    assert json.loads(response.body).keys() == keys | {"name"}


@patiently
async def test_64_requests_at_once_count_50_each(crowd):
    cookie = cookie_of(await crowd.fetch("/name", method="POST"))

    await crowd.fetch_at_once(["/count/50"] * 64, method="POST", cookie=cookie)

    response = await crowd.fetch("/everything", cookie=cookie)
    assert json.loads(response.body)["n"] == 3_200


@every_shared_store
@patiently
async def test_several_openings_of_one_store_lose_no_step(store_name, tmp_path):
    url = STORES[store_name](tmp_path)
    session_id = await begin(url)

    await asyncio.gather(*(count(url, session_id, times=25) for _ in range(4)))

    assert await counted(url, session_id) == 100


@every_shared_store
@patiently
async def test_several_processes_lose_no_step(store_name, tmp_path):
    url = STORES[store_name](tmp_path)
    session_id = await begin(url)
    processes = [await start_counting(url, session_id, times=200) for _ in range(4)]

    for process in processes:
        process.stdin.write(b"go\n")
    statuses = [await process.wait() for process in processes]

    assert statuses == [0, 0, 0, 0]
    assert await counted(url, session_id) == 800


async def begin(url):
    """Store a session; return its id."""
    async with Sessions(open_store(url), make_policy()) as sessions:
        reply = await run_request(sessions, None, lambda session: session.update(n=0))
    return reply.session_id


async def count(url, session_id, *, times):
    """Be one of those who count."""
    async with Sessions(open_store(url), make_policy()) as sessions:
        draft = await sessions.lifecycle.load(presented(session_id))
        session = Session(sessions.lifecycle, draft)
        for _ in range(times):
            await session.transaction(increment)


async def counted(url, session_id):
    async with Sessions(open_store(url), make_policy()) as sessions:
        reply = await run_request(sessions, session_id, lambda session: session["n"])
    return reply.result


async def start_counting(url, session_id, *, times):
    """A process that counts once it is told to go."""
    command = [sys.executable, "-c", COUNTER, url, session_id, str(times)]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, cwd=ROOT
    )
    assert await process.stdout.readline() == b"ready\n"
    return process


COUNTER = """
import asyncio, sys
from tests.sessions.races.test_parallel import count

url, session_id, times = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
asyncio.run(count(url, session_id, times=int(times)))
"""
