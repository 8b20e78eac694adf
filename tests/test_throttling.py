"""How often somebody may try a password."""

from datetime import UTC, datetime, timedelta

import pytest

from tornado_app.accounts_sqlite import SQLiteAccountStore
from tornado_app.throttling import (
    ACCOUNT,
    ADDRESS,
    Allowance,
    Subject,
    account_subject,
    address_subject,
    device_subject,
    network_of,
)

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
FEW = Allowance(
    free=3, first_wait=30 * SECOND, longest_wait=2 * MINUTE, memory=timedelta(days=1)
)
ADA = Subject("ada", FEW)
BEA = Subject("bea", FEW)


@pytest.fixture
async def store(tmp_path):
    async with SQLiteAccountStore(tmp_path / "a.db", durability="normal") as store:
        yield store


async def fail(store, times, *, subject=ADA, at=NOW):
    return [await store.begin_try(subject, [], now=at) for _ in range(times)]


def test_free_failures_cost_nothing_and_waits_grow_up_to_a_limit():
    waits = [FEW.wait_after(failures) // SECOND for failures in range(1, 8)]

    assert waits == [0, 0, 30, 60, 120, 120, 120]


@pytest.mark.parametrize("allowance", [ACCOUNT, ADDRESS])
def test_no_number_of_failures_makes_a_wait_that_cannot_be_said(allowance):
    assert allowance.wait_after(10**9) == allowance.longest_wait


def test_a_guesser_has_less_than_a_hundred_tries_at_an_account_in_a_day():
    tries, at = 0, timedelta(0)
    while at < timedelta(days=1):
        tries += 1
        at += ACCOUNT.wait_after(tries)

    assert tries <= 100  # NIST SP 800-63B-4 §3.2.2


async def test_the_next_try_waits_until_the_instant_and_no_longer(store):
    assert await fail(store, 3) == [None, None, None]

    assert await fail(store, 1) == [30 * SECOND]
    assert await fail(store, 1, at=NOW + 29 * SECOND) == [SECOND]
    assert await fail(store, 1, at=NOW + 30 * SECOND) == [None]
    assert await fail(store, 1, at=NOW + 30 * SECOND) == [MINUTE]


async def test_a_refused_try_does_not_count(store):
    await fail(store, 20)

    assert await fail(store, 1) == [30 * SECOND]


async def test_what_is_watched_can_forbid_a_try_and_counts_nothing_then(store):
    for _ in range(FEW.free):
        await store.add_failure(BEA, now=NOW)

    assert await store.begin_try(ADA, [BEA], now=NOW) == 30 * SECOND
    assert await fail(store, 3) == [None, None, None]


async def test_what_is_watched_is_not_counted_by_a_try(store):
    for _ in range(10):
        await store.begin_try(ADA, [BEA], now=NOW)
        await store.forget_failures(ADA)

    assert await fail(store, 1, subject=BEA) == [None]


async def test_success_starts_anew(store):
    await fail(store, 3)

    await store.forget_failures(ADA)

    assert await fail(store, 3) == [None, None, None]


async def test_one_s_success_is_not_another_s(store):
    await fail(store, 3)

    await store.forget_failures(BEA)

    assert await fail(store, 1) == [30 * SECOND]


async def test_a_try_that_was_not_looked_at_is_taken_back(store):
    for _ in range(10):
        assert await fail(store, 1) == [None]
        await store.undo_try(ADA)

    assert await fail(store, 3) == [None, None, None]


async def test_failures_are_forgotten_when_none_came_for_long(store):
    await fail(store, 2)

    assert await fail(store, 3, at=NOW + FEW.memory) == [None, None, None]


async def test_failures_outlive_a_restart(store, tmp_path):
    await fail(store, 3)

    async with SQLiteAccountStore(tmp_path / "a.db") as other:
        assert await fail(other, 1) == [30 * SECOND]


async def test_what_is_forgotten_is_deleted_by_and_by(store):
    for number in range(150):
        await fail(store, 1, subject=Subject(f"user {number}", FEW))

    await fail(store, 2, at=NOW + 2 * FEW.memory)

    count = await store._read("count", count_tries)
    assert count == 1


def count_tries(db):
    return db.execute("SELECT count(*) FROM tries").fetchone()[0]


def test_a_subject_s_name_says_nothing_of_whom_it_is():
    names = [
        account_subject("ada").name,
        device_subject("ada").name,
        address_subject("192.0.2.7").name,
    ]

    assert len(set(names)) == 3
    assert not any("ada" in name or "192" in name for name in names)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("", "", True),
    ],
)
def test_one_customer_s_addresses_count_as_one(one, other, same):
    assert (network_of(one) == network_of(other)) is same
