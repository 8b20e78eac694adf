"""One of the compared Tornado servers, as a process of its own.

``python -m benchmarks.server KIND [STORE-URL]`` serves until SIGTERM on the port that
the environment names. `KINDS` are the kinds.
"""

import asyncio
import gc
import importlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path

from tornado.web import Application

from tornado_app.sessions import SessionPolicy, Sessions, open_store, signing_settings

from . import handlers, naive
from .routing import NearPages

SECRET = "benchmarks-have-no-secret-to-keep"  # noqa: S105 - on this machine alone

Serving = AbstractAsyncContextManager[Application]


@asynccontextmanager
async def tornado(url: str) -> AsyncIterator[Application]:
    """A bare handler, with one that verifies a signed cookie."""
    routes = [
        ("/", handlers.Bare),
        ("/fill", handlers.FillSigned),
        ("/signed", handlers.Signed),
    ]
    yield NearPages(routes, **signing_settings(SECRET))


@asynccontextmanager
async def naive_way(url: str) -> AsyncIterator[Application]:
    """One aiosqlite query a request."""
    db = await naive.connect(Path(os.environ["FOLDER"]) / "naive.db")
    routes = [
        ("/", handlers.Bare),
        ("/fill", naive.Fill),
        ("/reads", naive.Reads),
        ("/changes", naive.Changes),
        ("/creates", naive.Creates),
    ]
    try:
        yield NearPages(routes, db=db, **signing_settings(SECRET))
    finally:
        await db.close()


@asynccontextmanager
async def ours(
    url: str, policy: SessionPolicy | None = None
) -> AsyncIterator[Application]:
    """`SessionMixin`, by default with the default policy, on the store of *url*."""
    waits = handlers.Waits()
    async with Sessions(open_store(url), policy, watcher=waits) as sessions:
        routes = [
            ("/", handlers.Bare),
            ("/fill", handlers.Fill),
            ("/reads", handlers.Reads),
            ("/changes", handlers.Changes),
            ("/creates", handlers.Creates),
            ("/timed", handlers.Timed),
            ("/longest", handlers.Longest),
            ("/sweep", handlers.Sweep),
        ]
        settings = signing_settings(SECRET)
        yield NearPages(routes, sessions=sessions, waits=waits, **settings)


def swept_when_asked(url: str) -> Serving:
    """The same, but no sweep begins by itself."""
    return ours(url, SessionPolicy(sweep_interval=timedelta(days=1)))


KINDS: dict[str, Callable[[str], Serving]] = {
    "tornado": tornado,
    "naive": naive_way,
    "ours": ours,
    "swept-when-asked": swept_when_asked,
}


async def main(kind: str, url: str = "") -> None:
    """Serve until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with KINDS[kind](url) as application:
        # As `server.py` does; its reason is in docs/performance.md.
        gc.collect()
        gc.freeze()
        server = application.listen(int(os.environ["PORT"]), "127.0.0.1")
        await stop.wait()
        server.stop()
        await server.close_all_connections()


def run(*words: str) -> None:
    """Run `main`, on uvloop if the environment says so."""
    if os.environ.get("UVLOOP"):
        importlib.import_module("uvloop").run(main(*words))
    else:
        asyncio.run(main(*words))


if __name__ == "__main__":
    run(*sys.argv[1:])
