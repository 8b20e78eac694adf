"""An SQLite file as a site leaves it, with what the commands say about it."""

import asyncio
from datetime import UTC, datetime, timedelta

from tornado_app.sessions import open_store
from tornado_app.sessions.operating.program import main
from tornado_app.sessions.record import Create
from tornado_app.sessions.testing import make_record

NOW = datetime.now(UTC).replace(hour=12, microsecond=0)
DAY = timedelta(days=1)


def record(**fields):
    """A live session that was last used yesterday."""
    times = {
        "started_at": NOW - 2 * DAY,
        "last_seen_at": NOW - DAY,
        "expires_at": NOW + 3 * DAY,
    }
    return make_record(**(times | fields))


def keep(url, *records):
    """Keep *records* in the store of *url*, which is made for them."""

    async def run():
        async with open_store(url) as store:
            await store.apply([Create(one) for one in records])

    asyncio.run(run())


def stored(url):
    """All that the store of *url* holds, by handle."""

    async def run():
        async with open_store(url, may_lead=False) as store:
            walk = store.walk(batch=100)
            return {one.handle: one async for records in walk for one in records}

    return asyncio.run(run())


class Commands:
    """Runs commands on one store in this process; answers code, output, errors."""

    def __init__(self, url, capsys):
        self.url = url
        self._capsys = capsys

    def __call__(self, *words):
        self._capsys.readouterr()
        try:
            code = main(["--store", self.url, *words])
        except SystemExit as exc:
            code = exc.code
        return code, *self._capsys.readouterr()
