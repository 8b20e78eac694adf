"""The power fails at any moment: on SQLite, what was said to be stored is there."""

import os
import sys
import tempfile
from pathlib import Path
from random import Random

import pytest

from tests.plugins.effort import counts
from tests.power.disk import Disk
from tests.power.ledger import Ledger
from tests.power.recording import record
from tests.sessions.stores.sqlite_files import ENVIRONMENT
from tornado_app.sessions import SQLiteStore
from tornado_app.sessions.record import Create, Outcome
from tornado_app.sessions.testing import make_record

SHARES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
"""How much of what was not synced yet reaches the disk, by chance."""
STATES = 10_000
ONE_IN = 50

pytestmark = pytest.mark.gen_test(timeout=1800)


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder


@pytest.fixture
def after():
    """A folder that is quick to write: what the power cut left."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


@pytest.fixture
def chance():
    return Random(1)  # noqa: S311 (a test keeps no secret)


def record_two_processes(root, durability, seed):
    """What two processes ask of the disk that work in one file, which is new."""
    path = root / "sessions.db"
    path.unlink(missing_ok=True)
    program = f"{sys.executable} -m tests.power.work {path} {durability}"
    both = f"{program} {seed} & {program} {seed + 1} & wait"
    environment = {**os.environ, **ENVIRONMENT}
    return record(root.parent, "sh", "-c", both, environment=environment)


def power_cuts(recording, root, after, chance):
    """Put each state of the disk into *after*; give what had been said by then."""
    disk, ledger, known = Disk(root), Ledger(), set()
    for seen in recording:
        if seen.call.name == "write":
            if seen.begins:
                ledger.hear(seen.call.data.decode())
        elif disk.see(seen):
            for share in SHARES:
                state = disk.state(chance, share)
                mark = hash((ledger.said, *sorted(state.items())))
                if mark not in known and "sessions.db" in state:
                    known.add(mark)
                    put(state, after)
                    yield ledger


def put(state, folder):
    for path in folder.iterdir():
        path.unlink()
    for name, content in state.items():
        (folder / name).write_bytes(content)


async def goes_on(path):
    """The site starts again and keeps sessions."""
    async with SQLiteStore(path) as store:
        return await store.apply([Create(make_record())]) == [Outcome.APPLIED]


async def test_a_power_cut_loses_nothing_and_revives_nothing(root, after, chance):
    count, seed = 0, 0
    while count < STATES:
        recording = record_two_processes(root, "full", seed)
        for ledger in power_cuts(recording, root, after, chance):
            count += 1
            assert list(ledger.faults(after / "sessions.db")) == []
            assert count % ONE_IN or await goes_on(after / "sessions.db")
        seed += 2
    counts["disks after a power cut: 0 lost, revived, damaged"] += count


async def test_the_same_cuts_harm_where_commits_are_not_synced(root, after, chance):
    recording = record_two_processes(root, "normal", 0)

    faults = {
        fault.split(":")[0]
        for ledger in power_cuts(recording, root, after, chance)
        for fault in ledger.faults(after / "sessions.db")
    }

    assert faults == {"lost", "older than said", "revived"}  # though never damaged
