"""The accounts in an SQLite file: the contract, with what is its own."""

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.contracts import AccountStoreContract
from tests.contracts.accounts.made import NOW, account, note, sign_in
from tornado_app.accounts_sqlite import SCHEMA, SQLiteAccountStore
from tornado_app.sessions import SQLiteStore, StoreOpenError, StoreUnavailableError
from tornado_app.sessions.stores.sqlite_schema import open_with_schema


@pytest.fixture
def path(tmp_path):
    return tmp_path / "var" / "accounts.db"


@pytest.fixture
def reopened(path):
    return lambda: SQLiteAccountStore(path, durability="normal")


@pytest.fixture
async def store(reopened):
    async with reopened() as store:
        yield store


class TestSQLiteAccountStore(AccountStoreContract):
    pass


async def test_nobody_has_an_account_at_first(store, path):
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM accounts").fetchone() == (0,)


async def test_only_the_owner_of_the_process_can_read_the_file(store, path):
    assert path.stat().st_mode & 0o077 == 0


async def test_a_database_that_breaks_is_unavailable(store):
    await store._write("harm", lambda db: db.execute("DROP TABLE accounts"))

    with pytest.raises(StoreUnavailableError, match="accounts store is unavailable"):
        await store.ready()
    with pytest.raises(StoreUnavailableError, match="during find"):
        await store.find("ada")


async def test_a_file_of_sessions_is_no_database_of_accounts(path, reopened):
    async with SQLiteStore(path):
        pass

    with pytest.raises(StoreOpenError, match="another program's database"):
        async with reopened():
            pass


@pytest.mark.parametrize("version", range(1, len(SCHEMA.migrations)))
async def test_a_file_of_an_older_version_keeps_its_accounts(path, reopened, version):
    older = replace(SCHEMA, migrations=SCHEMA.migrations[:version])
    with closing(open_with_schema(path, "normal", older)) as database:
        database.execute("INSERT INTO accounts VALUES ('ada', 'ada', 'Ada', 'hash', 0)")
        database.execute("INSERT INTO preferences VALUES ('ada', 'theme', 'dark')")

    async with reopened() as store:
        ada = await store.find_named("ada")
        assert (ada.username, ada.preferences) == ("Ada", {"theme": "dark"})
        await note(store, sign_in("h"))
        assert await store.sign_ins_of("ada") == [sign_in("h")]
        assert await store.offer_reset("ada", b"d", ends_at=NOW, now=NOW)


async def test_the_sign_ins_of_an_older_version_are_kept(path, reopened):
    older = replace(SCHEMA, migrations=SCHEMA.migrations[:2])
    with closing(open_with_schema(path, "normal", older)) as database:
        database.execute("INSERT INTO accounts VALUES ('ada', 'ada', 'Ada', 'hash', 0)")
        database.execute(
            "INSERT INTO sign_ins VALUES"
            " ('h', 'ada', 'Firefox', 'Linux', '192.0.2.1', 7000000, NULL, NULL)"
        )

    async with reopened() as store:
        (kept,) = await store.sign_ins_of("ada")
        at = datetime(1970, 1, 1, 0, 0, 7, tzinfo=UTC)
        assert kept == sign_in("h", at=at)


async def test_beside_a_site_it_never_checkpoints(store, path):
    async with SQLiteAccountStore(path, may_lead=False) as beside:
        pages = beside._run(
            beside._writer,
            "ask",
            lambda db: db.execute("PRAGMA wal_autocheckpoint").fetchone()[0],
        )
        assert await pages == 0
        assert await beside.add(account(), key="ada", now=NOW)

    assert await store.find("ada")


async def test_what_was_deleted_is_nowhere_in_the_file(path, reopened):
    async with reopened() as store:
        kept = account(
            password_hash="a hash that was", preferences={"name": "Adelaide"}
        )
        await store.add(kept, key="ada", now=NOW)
        await note(store, sign_in("h"))
    assert b"a hash that was" in path.read_bytes()

    async with reopened() as store:
        await store.delete("ada")

    left = b"".join(each.read_bytes() for each in path.parent.iterdir())
    for text in (b"Ada", b"a hash that was", b"Adelaide", b"192.0.2.1", b"Firefox"):
        assert text not in left


async def test_a_file_that_is_no_database_leaves_no_thread(path, reopened):
    path.parent.mkdir()
    path.write_text("no database" * 1_000)

    with pytest.raises(StoreOpenError):
        async with reopened():
            pass

    for thread in threading.enumerate():
        assert "_connection_worker_thread" not in thread.name
