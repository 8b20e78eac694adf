"""The proof that a large site moves without signing anybody out.

``MIGRATE_SESSIONS`` says how many sessions it has.
"""

import asyncio
import itertools
import os
import re
import sys

import pytest

from tests.plugins.effort import counts
from tests.servers import valkey
from tests.servers.postgresql_shared import empty_store_url
from tests.sessions.operating.journey import Journey
from tools.environment import ROOT
from tornado_app.sessions import SQLiteStore, open_store

SIZE = int(os.environ.get("MIGRATE_SESSIONS", "100_000"))


@pytest.mark.gen_test(timeout=1800)
async def test_sessions_move_to_postgresql_to_redis_under_traffic(tmp_path):
    path = tmp_path / "sessions.db"
    first = [SQLiteStore(path) for _ in "12"]
    urls = [f"sqlite:///{path}", empty_store_url()]
    with valkey.Server(*valkey.DURABLE) as server:
        urls.append(server.url)
        async with Journey(SIZE, first) as journey:
            for source_url, target_url in itertools.pairwise(urls):
                stores = [open_store(target_url) for _ in "12"]
                command = migrate(source_url, target_url)
                await journey.move_to(stores, command, move=True)


def migrate(source_url, target_url):
    """The operator's command, in a process of its own beside the site."""

    async def run(*, move):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tornado_app.sessions", "migrate"),
            *("--from", source_url, "--to", target_url, *["--move"] * move),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate()
        assert process.returncode == 0, output
        kinds = (url.partition(":")[0] for url in (source_url, target_url))
        (rate,) = re.findall(r"s: ([0-9,]+) sessions a second", output.decode())
        name = f"sessions a second, {' to '.join(kinds)} under traffic"
        counts[name] = int(rate.replace(",", ""))

    return lambda source, target: run
