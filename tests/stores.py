"""Every store that the tests run against, each a way to an empty one."""

from contextlib import asynccontextmanager

import pytest

from tests.servers.postgresql_shared import empty_store_url
from tests.servers.valkey_shared import empty_store_url as empty_redis_url
from tornado_app.sessions import open_store


def memory(folder):
    return "memory://"


def sqlite(folder):
    # A race is the same race if nobody waits for the disk.
    return f"sqlite:///{folder}/sessions.db?durability=normal"


def postgresql(folder):
    return empty_store_url()


def redis(folder):
    return empty_redis_url()


STORES = {
    "memory": memory,
    "sqlite": sqlite,
    "postgresql": postgresql,
    "redis": redis,
}
"""By name: a function of an empty folder that returns the URL of an empty store."""

SHARED = [name for name in STORES if name != "memory"]
"""Those that several processes can have in common."""

FORGETFUL = {"redis"}
"""Those that forget what is expired by themselves: there a sweep finds nothing."""

every_store = pytest.mark.parametrize("store_name", STORES)
every_shared_store = pytest.mark.parametrize("store_name", SHARED)


@asynccontextmanager
async def opened(store_name, folder):
    """A store of this name, empty and open."""
    async with open_store(STORES[store_name](folder)) as store:
        yield store
