"""A log that begins anew all the time, while processes are killed or the disk fails."""

import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.programs import program, wait_until
from tests.sessions.stores.sqlite_files import ENVIRONMENT, ask, database

PROCESSES = 4
KILLS = 60
COMMITS = 300
PAGE_BYTES = 2048

SHORT_LOG = """
import asyncio, sys
from tornado_app.sessions import SQLiteStore
from tornado_app.sessions.record import Create
from tornado_app.sessions.stores import (
    sqlite_checkpoints,
    sqlite_file,
    sqlite_index,
    sqlite_lead,
    sqlite_write_back,
)
from tornado_app.sessions.testing import make_record

sqlite_checkpoints.MOST_FRAMES = 12
sqlite_checkpoints._STEP_FRAMES = 4
sqlite_checkpoints.FEW_FRAMES = sqlite_write_back.FEW_FRAMES = 4
sqlite_lead._TURN_S = 0.01
"""

COMMIT = f"""
{SHORT_LOG}
async def commit(store, said):
    while True:
        record = make_record()
        await store.apply([Create(record)])
        print(record.handle, file=said, flush=True)

async def main():
    with open(sys.argv[2], "w") as said:
        async with SQLiteStore(sys.argv[1], durability="normal") as store:
            await asyncio.gather(commit(store, said), commit(store, said))

asyncio.run(main())
"""


@contextmanager
def committing(path, number):
    """A process that says what it has committed; it is killed at the end."""
    said = path.with_name(f"said-{number}")
    arguments = ("-c", COMMIT, path, said)
    with program(path.parent, *arguments, environment=ENVIRONMENT):
        yield said


def lines(said):
    return said.read_text().splitlines() if said.exists() else []


@pytest.mark.gen_test(timeout=600)
def test_nothing_is_lost_and_nothing_is_corrupted(tmp_path):
    path, running = tmp_path / "sessions.db", []
    for number in range(KILLS):
        running.append(committing(path, number))
        said = running[-1].__enter__()
        wait_until(lambda said=said: len(lines(said)) > COMMITS)
        if len(running) == PROCESSES:
            running.pop(0).__exit__(None, None, None)
    log = path.with_name("sessions.db-wal").stat().st_size
    for each in running:
        each.__exit__(None, None, None)

    told = {line for said in tmp_path.glob("said-*") for line in lines(said)}
    with database(path) as db:
        kept = {handle for (handle,) in db.execute("SELECT handle FROM sessions")}
    assert len(told) > KILLS * COMMITS
    assert told <= kept
    assert ask(path, "PRAGMA integrity_check") == "ok"
    # Each commit is a page at least. Where the core is busy, as beside other tests, the
    # log becomes longer before it begins anew.
    assert log < len(told) * PAGE_BYTES / 4


COMMIT_ON_A_POOR_DISK = f"""
{SHORT_LOG}
class Index(sqlite_index.WalIndex):
    forgotten = []

    def forget_written_back(self):
        super().forget_written_back()
        self.forgotten.append(self.written_back())

sqlite_file.WalIndex = Index

async def main():
    async with SQLiteStore(sys.argv[1], durability="normal") as store:
        for _ in range(3000):
            await store.apply([Create(make_record())])
    print(len(Index.forgotten), max(Index.forgotten))

asyncio.run(main())
"""

POOR_DISK = (
    *("strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=fsync,fdatasync"),
    *("-e", "inject=fsync,fdatasync:error=EIO:when=2+2"),
)


def test_a_disk_that_cannot_sync_the_file_costs_nothing(tmp_path):
    path = tmp_path / "sessions.db"
    command = (sys.executable, "-c", COMMIT_ON_A_POOR_DISK, path)

    done = subprocess.run(
        [*POOR_DISK, "-P", path, *command],
        cwd=tmp_path,
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
        text=True,
    )

    times, written_back = map(int, done.stdout.split())
    assert times > 10
    assert written_back == 0
    assert "disk I/O error" in done.stderr
    assert ask(path, "PRAGMA integrity_check") == "ok"
    assert ask(path, "SELECT count(*) FROM sessions") == 3000
