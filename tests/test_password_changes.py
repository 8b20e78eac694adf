"""How an account gets another password."""

import asyncio
import hashlib
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from argon2 import extract_parameters

from tests.accounts import (
    HERE,
    NOW,
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
    ResetRefusedError,
    TooManyTriesError,
)
from tornado_app.hashing import Hashing
from tornado_app.throttling import ACCOUNT

OTHER = "another horse, another battery"
HOUR = timedelta(hours=1)


class Clock:
    now = NOW

    def __call__(self):
        return self.now


class Meanwhile(Hashing):
    """Lets something happen once while a password waits for its turn."""

    at_verify = at_hash = None

    async def verify(self, password, kept):
        verdict = await super().verify(password, kept)
        happens, self.at_verify = self.at_verify, None
        if happens:
            await happens()
        return verdict

    async def hash(self, password):
        made = await super().hash(password)
        happens, self.at_hash = self.at_hash, None
        if happens:
            await happens()
        return made


@pytest.fixture
def path(tmp_path):
    return tmp_path / "accounts.db"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def hashing():
    return Meanwhile(quick_hasher())


@pytest.fixture
async def accounts(path, clock, hashing):
    async with make_accounts(path, clock=clock, hashing=hashing) as accounts:
        yield accounts


@pytest.fixture
async def ada(accounts):
    return await accounts.sign_up("Ada", PASSWORD, **HERE)


async def change(accounts, account, *, old=PASSWORD, new=OTHER, device=""):
    await accounts.change_password(account.id, old=old, new=new, device=device, **HERE)


async def offer(accounts, username="ada"):
    return await accounts.offer_reset(username, lifetime=HOUR)


async def refusal(attempt):
    with pytest.raises(AccountRefusedError) as caught:
        await attempt
    return caught.value.problems


async def test_a_changed_password_is_the_one_that_counts(accounts, ada):
    await change(accounts, ada)

    assert await sign_in(accounts) is None
    assert (await sign_in(accounts, OTHER)).id == ada.id


async def test_who_does_not_know_the_old_password_changes_nothing(accounts, ada):
    problems = await refusal(change(accounts, ada, old="wrong"))

    assert problems == {"old_password": AccountProblem.WRONG_PASSWORD}
    assert await sign_in(accounts)


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        ("short", AccountProblem.PASSWORD_TOO_SHORT),
        ("passwordpassword", AccountProblem.PASSWORD_COMMON),
        ("adaadaadaadaada", AccountProblem.PASSWORD_LIKE_NAME),
    ],
)
async def test_a_new_password_obeys_the_rules_of_the_first(accounts, ada, new, problem):
    assert await refusal(change(accounts, ada, new=new)) == {"password": problem}
    offered = await offer(accounts)
    attempt = accounts.reset_password(offered.token, new)
    assert await refusal(attempt) == {"password": problem}

    assert await sign_in(accounts)
    assert await accounts.reset_account(offered.token)


async def test_guesses_at_the_old_password_are_tries(accounts, ada):
    for _ in range(ACCOUNT.free):
        await refusal(change(accounts, ada, old="wrong"))

    with pytest.raises(TooManyTriesError):
        await change(accounts, ada)
    with pytest.raises(TooManyTriesError):
        await sign_in(accounts)


async def test_guesses_by_strangers_do_not_keep_the_owner_from_a_change(accounts, ada):
    mark = accounts.devices.with_mark("", ada.id)
    for _ in range(ACCOUNT.free):
        await sign_in(accounts, "wrong")

    await change(accounts, ada, device=mark)

    assert await sign_in(accounts, OTHER, device=mark)


async def test_of_two_changes_at_once_the_second_needs_the_password_of_the_first(
    accounts, ada
):
    answers = await asyncio.gather(
        change(accounts, ada, new=f"{OTHER} 1"),
        change(accounts, ada, new=f"{OTHER} 2"),
        return_exceptions=True,
    )

    (refused,) = [each for each in answers if each]
    assert refused.problems == {"old_password": AccountProblem.WRONG_PASSWORD}
    right = f"{OTHER} {2 if answers[0] else 1}"
    assert await sign_in(accounts, right)


async def test_a_change_that_another_one_overtook_changes_nothing(
    accounts, ada, hashing
):
    hashing.at_hash = lambda: change(accounts, ada, new=f"{OTHER} 1")

    problems = await refusal(change(accounts, ada, new=f"{OTHER} 2"))

    assert problems == {"old_password": AccountProblem.WRONG_PASSWORD}
    assert await sign_in(accounts, f"{OTHER} 1")


async def test_a_password_that_was_changed_while_it_waited_lets_nobody_in(
    accounts, ada, hashing
):
    elsewhere = accounts.devices.with_mark("", ada.id)
    hashing.at_verify = lambda: change(accounts, ada, device=elsewhere)

    assert await sign_in(accounts) is None


async def test_an_account_that_was_deleted_meanwhile_lets_nobody_in(
    accounts, ada, hashing
):
    hashing.at_verify = lambda: accounts.delete(ada.id)

    assert await sign_in(accounts) is None


async def test_another_hash_of_the_same_password_does_not_stop_a_change(
    accounts, ada, hashing
):
    another = await hashing.hash(PASSWORD)
    hashing.at_hash = lambda: accounts._store.change_hash(
        ada.id, old=ada.password_hash, new=another
    )

    await change(accounts, ada)

    assert await sign_in(accounts, OTHER)


async def test_a_new_hash_of_the_same_password_does_not_hinder_a_change(path):
    async with make_accounts(path) as accounts:
        ada = await accounts.sign_up("ada", PASSWORD, **HERE)

    hashing = Meanwhile(quick_hasher(time_cost=3))
    async with make_accounts(path, hashing=hashing) as accounts:
        elsewhere = accounts.devices.with_mark("", ada.id)
        hashing.at_verify = lambda: sign_in(accounts, device=elsewhere)
        await change(accounts, ada)

        account = await sign_in(accounts, OTHER)
        assert extract_parameters(account.password_hash).time_cost == 3


async def test_a_deleted_account_lets_nobody_in_and_leaves_its_name(accounts, ada):
    await accounts.delete(ada.id)

    assert await sign_in(accounts) is None
    assert await accounts.find(ada.id) is None
    assert await refusal(change(accounts, ada))
    later = await accounts.sign_up("ada", OTHER, **HERE)
    assert later.id != ada.id


async def test_a_link_chooses_another_password_once(accounts, ada):
    token = (await offer(accounts, "ADA")).token
    assert (await accounts.reset_account(token)).id == ada.id

    assert (await accounts.reset_password(token, OTHER)).id == ada.id

    assert await sign_in(accounts) is None
    assert await sign_in(accounts, OTHER)
    assert await accounts.reset_account(token) is None
    with pytest.raises(ResetRefusedError, match="unknown, used or over"):
        await accounts.reset_password(token, PASSWORD)


async def test_a_link_is_over_at_its_instant(accounts, ada, clock):
    offered = await offer(accounts)
    assert offered.ends_at == NOW + HOUR

    clock.now = NOW + HOUR - timedelta(microseconds=1)
    assert await accounts.reset_account(offered.token)
    clock.now = NOW + HOUR
    assert await accounts.reset_account(offered.token) is None
    with pytest.raises(ResetRefusedError):
        await accounts.reset_password(offered.token, OTHER)


async def test_a_new_link_or_another_password_makes_the_older_link_void(accounts, ada):
    first, second = await offer(accounts), await offer(accounts)

    assert await accounts.reset_account(first.token) is None
    assert await accounts.reset_account(second.token)
    await change(accounts, ada)
    assert await accounts.reset_account(second.token) is None


async def test_nobody_is_offered_a_link_without_an_account(accounts, ada):
    assert await offer(accounts, "bea") is None


@pytest.mark.parametrize("token", ["", "x", "\0", "\ud800", "ü" * 9_999])
async def test_any_text_that_is_no_link_is_none(accounts, ada, token):
    await offer(accounts)

    assert await accounts.reset_account(token) is None
    with pytest.raises(ResetRefusedError):
        await accounts.reset_password(token, OTHER)


async def test_of_many_who_use_a_link_at_once_one_does(accounts, ada):
    token = (await offer(accounts)).token

    answers = await asyncio.gather(
        *(accounts.reset_password(token, f"{OTHER} {n}") for n in range(5)),
        return_exceptions=True,
    )

    refused = [each for each in answers if isinstance(each, ResetRefusedError)]
    assert len(refused) == 4


async def test_after_a_reset_nobody_waits_for_what_others_guessed(accounts, ada):
    for _ in range(ACCOUNT.free):
        await sign_in(accounts, "wrong")

    await accounts.reset_password((await offer(accounts)).token, OTHER)

    assert await sign_in(accounts, OTHER)


async def test_a_link_that_finds_too_many_waiting_stays_good(path, accounts, ada):
    token = (await offer(accounts)).token

    async with make_accounts(path, hashing=FullQueue()) as busy:
        with pytest.raises(HashingBusyError):
            await busy.reset_password(token, OTHER)
        with pytest.raises(HashingBusyError):
            await change(busy, ada)

    assert await accounts.reset_account(token)


async def test_a_token_has_256_bits_and_only_its_digest_is_kept(accounts, ada, path):
    offered = [await offer(accounts) for _ in range(2)]

    token = offered[1].token
    assert len(token) == 43  # 32 bytes in base64url
    assert token != offered[0].token
    assert token not in repr(offered[1])
    with closing(sqlite3.connect(path)) as database:
        kept = database.execute("SELECT digest FROM resets").fetchall()
    assert kept == [(hashlib.sha256(token.encode()).digest(),)]
    assert not any(
        token.encode() in file.read_bytes() for file in path.parent.iterdir()
    )
