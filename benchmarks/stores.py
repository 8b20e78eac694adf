"""The remote stores that are measured, each with the server that it needs."""

import importlib
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from . import machine

# As they come out of the box, and what is answered survives a power cut.
_SAFE_POSTGRESQL = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
_SAFE_REDIS = ("--appendonly", "yes", "--appendfsync", "always")


@contextmanager
def _postgresql() -> Iterator[str]:
    server = importlib.import_module("tests.servers.postgresql").PostgreSQLServer(
        *_SAFE_POSTGRESQL
    )
    try:
        server.start()
        yield server.url()
    finally:
        server.remove()


@contextmanager
def _redis(*options: str) -> Iterator[str]:
    with importlib.import_module("tests.servers.valkey").Server(*options) as server:
        yield server.url


STORES: dict[str, Callable[[], AbstractContextManager[str]]] = {
    "postgresql": _postgresql,
    "redis": _redis,
    "redis-safe": lambda: _redis(*_SAFE_REDIS),
}
"""What `Subject.store` may name; each gives the URL of a server that runs."""


@contextmanager
def serving(name: str) -> Iterator[str]:
    """Run the server of *name* on its core; give its URL."""
    cores = os.sched_getaffinity(0)
    # A new process inherits the cores of the one that starts it.
    os.sched_setaffinity(0, {machine.store_core()})
    try:
        store = STORES[name]()
        url = store.__enter__()
    finally:
        os.sched_setaffinity(0, cores)
    try:
        yield url
    finally:
        store.__exit__(None, None, None)
