"""Whoever guesses passwords is slowed down, and the owner never is."""

import asyncio
import random
from datetime import timedelta

from tests.handlers.signing import PASSWORD
from tests.plugins.effort import counts
from tornado_app.account_errors import TooManyTriesError
from tornado_app.throttling import ADDRESS

COUNTED = "guesses at passwords"
MOST_A_DAY = 100  # NIST SP 800-63B-4 §3.2.2
MOST_A_MINUTE = 10
ADDRESSES = [f"198.51.{net}.{host}" for net in range(4) for host in range(250)]
STEP = timedelta(minutes=10)


async def guess(accounts, username, address, password="a wrong password, this"):
    """Whether the guess was looked at."""
    counts[COUNTED] += 1
    try:
        found = await accounts.authenticate(
            username, password, address=address, device=""
        )
    except TooManyTriesError:
        return False
    assert found is None or password == PASSWORD
    return True


async def test_a_thousand_addresses_have_no_more_guesses_than_one(accounts, clock):
    chosen = random.Random(3)  # noqa: S311 - the same at every run
    account = await accounts.sign_up("ada", PASSWORD, address="192.0.2.1")
    device = accounts.devices.with_mark("", account.id)
    looked_at, most_at_once, owner_came_in = 0, 0, 0

    for _ in range(timedelta(days=1) // STEP):
        guesses = [
            await guess(accounts, "ada", chosen.choice(ADDRESSES)) for _ in range(15)
        ]
        looked_at += sum(guesses)
        most_at_once = max(most_at_once, sum(guesses))
        found = await accounts.authenticate(
            "ada", PASSWORD, address=chosen.choice(ADDRESSES), device=device
        )
        owner_came_in += found is not None
        clock.now += STEP

    assert looked_at <= MOST_A_DAY
    assert most_at_once <= MOST_A_MINUTE
    assert owner_came_in == timedelta(days=1) // STEP
    counts["guesses that were looked at"] += looked_at


async def test_one_address_tries_few_accounts(accounts, clock):
    """Stuffing: one guess for each of very many accounts."""
    looked_at = [
        await guess(accounts, f"somebody {number}", "203.0.113.9")
        for number in range(300)
    ]

    assert sum(looked_at) == ADDRESS.free
    counts["guesses that were looked at"] += sum(looked_at)


async def test_one_address_tries_no_more_accounts_at_once(accounts):
    for number in range(ADDRESS.free - 1):
        await guess(accounts, f"somebody {number}", "203.0.113.9")

    looked_at = await asyncio.gather(
        *(guess(accounts, f"another {n}", "203.0.113.9") for n in range(60))
    )

    assert sum(looked_at) == 1
    counts["guesses that were looked at"] += ADDRESS.free


async def test_many_who_share_an_address_all_come_in_at_once(accounts):
    names = [f"user {number}" for number in range(20)]
    for name in names:
        await accounts.sign_up(name, PASSWORD, address="192.0.2.1")
    for number in range(ADDRESS.free - 1):
        await guess(accounts, f"somebody {number}", "192.0.2.1")

    let_in = [guess(accounts, name, "192.0.2.1", PASSWORD) for name in names]

    assert all(await asyncio.gather(*let_in))


async def test_stuffing_keeps_nobody_else_out(accounts):
    await accounts.sign_up("ada", PASSWORD, address="192.0.2.1")
    for number in range(ADDRESS.free + 10):
        await guess(accounts, f"somebody {number}", "203.0.113.9")

    assert await guess(accounts, "ada", "192.0.2.1", PASSWORD)
