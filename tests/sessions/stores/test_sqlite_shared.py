"""One file that is opened more than once, under whatever name."""

import subprocess
import sys

import pytest

from tests.sessions.stores.sqlite_files import ask
from tornado_app.sessions.record import Create
from tornado_app.sessions.stores import SQLiteStore
from tornado_app.sessions.testing import make_record

LOOKS_INSIDE = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
print(db.execute("SELECT count(*) FROM sessions").fetchone()[0])
db.close()
"""


@pytest.fixture
def link(tmp_path, path):
    link = tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(path)
    return link


def another_process_looks_inside(path):
    """How many sessions it saw; as the last to close a file it would tidy up."""
    run = [sys.executable, "-c", LOOKS_INSIDE, path]
    return int(subprocess.check_output(run))


async def test_a_second_store_in_a_process_takes_no_lock_from_the_first(path):
    async with SQLiteStore(path) as first:
        await first.apply([Create(make_record())])
        async with SQLiteStore(path):
            during = another_process_looks_inside(path)
            await first.apply([Create(make_record())])
        after = another_process_looks_inside(path)
        await first.apply([Create(make_record())])

        assert (during, after, ask(path, "SELECT count(*) FROM sessions")) == (1, 2, 3)
        assert path.with_name("sessions.db-wal").exists()


async def test_behind_a_link_the_log_is_followed_and_looked_after(path, link):
    async with SQLiteStore(link) as store:
        assert store.path == link
        assert store._index is not None
        assert store.sweeps


async def test_one_leads_though_they_call_the_file_by_two_names(path, link):
    async with SQLiteStore(path) as first, SQLiteStore(link) as second:
        assert (first.sweeps, second.sweeps) == (True, False)


async def test_a_file_that_is_made_behind_a_link_is_for_its_owner_alone(path, link):
    async with SQLiteStore(link):
        assert path.stat().st_mode & 0o777 == 0o600
