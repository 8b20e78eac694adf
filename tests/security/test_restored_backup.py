"""What ended since a backup stays ended once the page on backups is followed."""

import asyncio
import shutil

from tests.programs import program
from tests.sessions.stores.sqlite_files import ENVIRONMENT, database
from tornado_app.sessions import Sessions, open_store
from tornado_app.sessions.record import Create
from tornado_app.sessions.testing import make_record


def until_the_restore(url, backup, path):
    """Begin a session, back up, revoke it, restore; return how many are live."""

    async def run():
        record = make_record(user="ada")
        record = record._replace(expires_at=record.expires_at.replace(year=2100))
        async with Sessions(open_store(url)) as sessions:
            await sessions.store.apply([Create(record)])
            with database(path) as db:
                db.execute("VACUUM INTO ?", (str(backup),))
            assert await sessions.store.delete_all(now=record.started_at) == 1
        shutil.copy(backup, path)
        return await live(url, record)

    return asyncio.run(run())


async def live(url, record):
    async with open_store(url) as store:
        return await store.count(now=record.started_at)


def test_nothing_is_alive_after_a_restore_and_its_command(tmp_path):
    path, backup = tmp_path / "sessions.db", tmp_path / "backup.db"
    url = f"sqlite:///{path}"
    assert until_the_restore(url, backup, path) == 1  # that is the danger

    command = ("-m", "tornado_app.sessions", "--store", url, "revoke", "--all", "--yes")
    with program(tmp_path, *command, environment=ENVIRONMENT) as ending:
        assert ending.exit_code() == 0, ending.errors

    assert asyncio.run(live(url, make_record())) == 0
