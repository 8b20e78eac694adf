"""Who has an account."""

import asyncio
import contextlib
import sqlite3
import threading
from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher, extract_parameters

from tornado_app.account_errors import (
    AccountProblem,
    AccountRefusedError,
    HashingBusyError,
    TooManyTriesError,
)
from tornado_app.accounts import Accounts
from tornado_app.accounts_sqlite import SQLiteAccountStore
from tornado_app.accounts_url import open_account_store
from tornado_app.hashing import Hashing
from tornado_app.known_devices import KnownDevices
from tornado_app.sessions import SQLiteStore, StoreOpenError, StoreUnavailableError
from tornado_app.throttling import ACCOUNT, SIGN_UPS

PASSWORD = "correct horse battery staple"
HERE = {"address": "192.0.2.1"}
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "var" / "accounts.db"


def make_accounts(path, *, time_cost=1, hashing=None):
    hasher = PasswordHasher(time_cost=time_cost, memory_cost=8, parallelism=1)
    return Accounts(
        SQLiteAccountStore(path, durability="normal"),
        clock=lambda: NOW,
        devices=KnownDevices(["secret"]),
        hashing=hashing or Hashing(hasher),
    )


@pytest.fixture
async def accounts(path):
    async with make_accounts(path) as accounts:
        yield accounts


async def sign_in(accounts, password=PASSWORD, username="ada", device=""):
    return await accounts.authenticate(username, password, device=device, **HERE)


async def test_nobody_has_an_account_at_first(accounts, path):
    with contextlib.closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM accounts").fetchone() == (0,)


async def test_who_signed_up_is_found_by_name_and_password(accounts):
    account = await accounts.sign_up("Ada", PASSWORD, **HERE)

    assert await sign_in(accounts, username="ADA") == account
    assert await sign_in(accounts, "wrong") is None
    assert await sign_in(accounts, username="bea") is None
    assert await accounts.find(account.id) == account
    assert await accounts.find("nobody") is None


async def test_all_that_is_wrong_is_said_at_once(accounts):
    with pytest.raises(AccountRefusedError) as caught:
        await accounts.sign_up("", "short", **HERE)

    assert caught.value.problems == {
        "username": AccountProblem.USERNAME_MISSING,
        "password": AccountProblem.PASSWORD_TOO_SHORT,
    }


async def test_of_two_who_want_one_name_at_once_one_gets_it(accounts):
    answers = await asyncio.gather(
        *(accounts.sign_up("ada", f"{PASSWORD} {n}", **HERE) for n in range(5)),
        return_exceptions=True,
    )

    refused = [each for each in answers if isinstance(each, AccountRefusedError)]
    assert len(refused) == 4
    assert refused[0].problems == {"username": AccountProblem.USERNAME_TAKEN}


async def test_an_account_outlives_a_restart(path):
    async with make_accounts(path) as accounts:
        account = await accounts.sign_up("ada", PASSWORD, **HERE)
        await accounts.prefer(account.id, {"theme": "dark"})

    async with make_accounts(path) as accounts:
        assert (await sign_in(accounts)).preferences == {"theme": "dark"}


async def test_a_hash_is_made_anew_at_the_sign_in_after_its_cost_rose(path):
    async with make_accounts(path) as accounts:
        account = await accounts.sign_up("ada", PASSWORD, **HERE)

    async with make_accounts(path, time_cost=3) as accounts:
        await sign_in(accounts, "wrong")
        unchanged = await accounts.find(account.id)
        await sign_in(accounts)
        changed = await accounts.find(account.id)
        assert await sign_in(accounts)

    assert unchanged == account
    assert extract_parameters(changed.password_hash).time_cost == 3


async def test_two_devices_that_prefer_different_things_both_count(accounts):
    account = await accounts.sign_up("ada", PASSWORD, **HERE)

    await asyncio.gather(
        accounts.prefer(account.id, {"theme": "dark"}),
        accounts.prefer(account.id, {"language": "de"}),
    )

    kept = (await accounts.find(account.id)).preferences
    assert kept == {"theme": "dark", "language": "de"}


async def test_added_preferences_replace_none(accounts):
    account = await accounts.sign_up("ada", PASSWORD, **HERE)
    await accounts.prefer(account.id, {"theme": "system"})

    await accounts.add_preferences(account.id, {"theme": "dark", "name": "Ada"})

    kept = (await accounts.find(account.id)).preferences
    assert kept == {"theme": "system", "name": "Ada"}


async def test_forgotten_preferences_are_those_of_one_account(accounts):
    ada = await accounts.sign_up("ada", PASSWORD, **HERE)
    bea = await accounts.sign_up("bea", PASSWORD, **HERE)
    for each in (ada, bea):
        await accounts.prefer(each.id, {"theme": "dark"})

    await accounts.forget_preferences(ada.id)

    assert (await accounts.find(ada.id)).preferences == {}
    assert (await accounts.find(bea.id)).preferences == {"theme": "dark"}


async def test_a_sign_in_waits_after_many_failures(accounts):
    for _ in range(ACCOUNT.free):
        await sign_in(accounts, "wrong")

    with pytest.raises(TooManyTriesError) as caught:
        await sign_in(accounts)

    assert caught.value.wait == ACCOUNT.first_wait


async def test_one_address_makes_only_so_many_accounts(accounts):
    for number in range(SIGN_UPS.free):
        await accounts.sign_up(f"user {number}", PASSWORD, **HERE)

    with pytest.raises(TooManyTriesError):
        await accounts.sign_up("one more", PASSWORD, **HERE)
    assert await accounts.sign_up("one more", PASSWORD, address="192.0.2.2")


class FullQueue(Hashing):
    """Takes nothing in."""

    async def hash(self, password):
        raise HashingBusyError

    async def verify(self, password, kept):
        raise HashingBusyError


async def test_what_was_not_looked_at_is_no_failure(path):
    async with make_accounts(path, hashing=FullQueue()) as accounts:
        for _ in range(3 * ACCOUNT.free):
            with pytest.raises(HashingBusyError):
                await sign_in(accounts)
        for _ in range(2 * SIGN_UPS.free):
            with pytest.raises(HashingBusyError):
                await accounts.sign_up("ada", PASSWORD, **HERE)


async def test_a_database_that_breaks_is_unavailable(accounts):
    await accounts._store._write("harm", lambda db: db.execute("DROP TABLE tries"))

    with pytest.raises(StoreUnavailableError, match="accounts store is unavailable"):
        await sign_in(accounts)


async def test_only_the_owner_of_the_process_can_read_the_file(accounts, path):
    assert path.stat().st_mode & 0o077 == 0


async def test_a_file_of_sessions_is_no_database_of_accounts(path):
    async with SQLiteStore(path):
        pass

    with pytest.raises(StoreOpenError, match="another program's database"):
        async with make_accounts(path):
            pass


async def test_nothing_is_left_open_on_any_way_out(path):
    path.parent.mkdir()
    path.write_text("no database" * 1_000)
    with pytest.raises(StoreOpenError):
        async with make_accounts(path):
            pass
    path.unlink()
    with contextlib.suppress(KeyError):
        async with make_accounts(path) as accounts:
            await accounts.sign_up("ada", PASSWORD, **HERE)
            raise KeyError

    ours = ("hashing", "_connection_worker_thread")
    for thread in threading.enumerate():
        if any(name in thread.name for name in ours):
            thread.join(5)
            assert not thread.is_alive()


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "unknown database ''"),
        ("mysql://host/db", "unknown database mysql"),
        ("sqlite:///", "want a file name"),
        ("sqlite://a.db", "want three slashes"),
        ("sqlite:///a.db?mode=ro", "unknown option 'mode'"),
    ],
)
def test_a_wrong_url_says_what_is_wrong(url, problem):
    with pytest.raises(ValueError, match=problem):
        open_account_store(url)


def test_a_url_names_its_file():
    assert str(open_account_store("sqlite:///var/a.db").path) == "var/a.db"
    assert str(open_account_store("sqlite:////srv/a.db").path) == "/srv/a.db"
