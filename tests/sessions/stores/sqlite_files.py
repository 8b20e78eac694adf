"""An SQLite file seen from beside the store."""

import asyncio
import os
import sqlite3
import threading
from contextlib import closing, contextmanager, suppress

from tools.environment import ROOT
from tornado_app.sessions.record import Create
from tornado_app.sessions.testing import make_record

ENVIRONMENT = {"PYTHONPATH": str(ROOT)}
"""What a program in another folder needs to import the project."""


async def fill(store, *, pages):
    """Commit so many new pages at least."""
    record = {"data": '"%s"' % ("x" * 1500)}
    await store.apply([Create(make_record(**record)) for _ in range(pages)])


@contextmanager
def database(path):
    """A connection of another program, in autocommit."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as db:
        yield db


class Failing:
    """A connection at which everything fails with an SQLite result *code*."""

    def __init__(self, code):
        self.error = sqlite3.OperationalError("it failed")
        self.error.sqlite_errorcode = code

    def execute(self, statement):
        raise self.error


def ask(path, question):
    """The first value that another program gets as the answer to *question*."""
    with database(path) as db:
        return db.execute(question).fetchone()[0]


def open_files(path):
    """How many descriptors this process has on *path* and the files beside it."""
    count = 0
    for descriptor in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # it is the one that listed the folder
            count += os.readlink(f"/proc/self/fd/{descriptor}").startswith(str(path))
    return count


def open_threads():
    """How many threads of aiosqlite are running."""
    return sum("_connection_worker" in each.name for each in threading.enumerate())


async def nothing_is_left_open(path):
    """Wait a little for what ends by itself; no thread and no file may be left."""
    for _ in range(200):
        if not open_threads() and not open_files(path):
            break
        await asyncio.sleep(0.005)
    assert (open_threads(), open_files(path)) == (0, 0)


async def cancelled(call, *, after_turns):
    """Start *call*, cancel it some turns later, return what it ended with."""
    task = asyncio.ensure_future(call)
    for _ in range(after_turns):
        await asyncio.sleep(0)
    task.cancel()
    (ending,) = await asyncio.gather(task, return_exceptions=True)
    return ending
