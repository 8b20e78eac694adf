"""Who has an account."""

import asyncio
import contextlib
import threading
from itertools import islice

import pytest
from argon2 import extract_parameters

from tests.accounts import (
    HERE,
    PASSWORD,
    FullQueue,
    make_accounts,
    quick_hasher,
    sign_in,
)
from tornado_app.account_errors import (
    AccountProblem,
    AccountRefusedError,
    HashingBusyError,
    TooManyTriesError,
)
from tornado_app.accounts_sqlite import SQLiteAccountStore
from tornado_app.hashing import MOST_WAITING, Hashing
from tornado_app.sessions import StoreOpenError
from tornado_app.throttling import ACCOUNT, SIGN_UPS


@pytest.fixture
def path(tmp_path):
    return tmp_path / "var" / "accounts.db"


@pytest.fixture
async def accounts(path):
    async with make_accounts(path) as accounts:
        yield accounts


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


class HeldHashing(Hashing):
    """Answers no one before it may."""

    def __init__(self):
        super().__init__(quick_hasher())
        self.may_answer = asyncio.Event()

    async def verify(self, *arguments):
        await self.may_answer.wait()
        return await super().verify(*arguments)


async def test_so_many_wait_for_their_turn_and_no_more(path):
    hashing = HeldHashing()
    async with make_accounts(path, hashing=hashing) as accounts:
        asked = [
            asyncio.ensure_future(sign_in(accounts, "wrong", f"user {number}"))
            for number in range(2 * MOST_WAITING)
        ]
        # One has its turn and as many wait as may; the others are sent away.
        for answer in islice(asyncio.as_completed(asked), MOST_WAITING - 1):
            with pytest.raises(HashingBusyError):
                await answer
        hashing.may_answer.set()
        answers = await asyncio.gather(*asked, return_exceptions=True)

        busy = [each for each in answers if isinstance(each, HashingBusyError)]
        assert len(busy) == MOST_WAITING - 1
        assert await accounts.authenticate("x", "wrong", address="", device="") is None


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


async def test_what_was_not_looked_at_is_no_failure(path):
    async with make_accounts(path, hashing=FullQueue()) as accounts:
        for _ in range(3 * ACCOUNT.free):
            with pytest.raises(HashingBusyError):
                await sign_in(accounts)
        for _ in range(2 * SIGN_UPS.free):
            with pytest.raises(HashingBusyError):
                await accounts.sign_up("ada", PASSWORD, **HERE)


async def test_while_nothing_is_taken_in_no_try_is_counted(path, monkeypatch):
    full = Hashing(quick_hasher(), workers=1, most_waiting=-1)
    monkeypatch.delattr(SQLiteAccountStore, "begin_try")

    async with make_accounts(path, hashing=full) as accounts:
        with pytest.raises(HashingBusyError):
            await sign_in(accounts)
        with pytest.raises(HashingBusyError):
            await accounts.sign_up("ada", PASSWORD, **HERE)


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
