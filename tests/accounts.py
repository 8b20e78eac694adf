"""Owns how tests make accounts without a site."""

from datetime import UTC, datetime

from argon2 import PasswordHasher

from tornado_app.account_errors import HashingBusyError
from tornado_app.accounts import Accounts
from tornado_app.accounts_sqlite import SQLiteAccountStore
from tornado_app.hashing import Hashing
from tornado_app.known_devices import KnownDevices

PASSWORD = "correct horse battery staple"
HERE = {"address": "192.0.2.1"}
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def quick_hasher(*, time_cost=1):
    """Real hashes take long on purpose."""
    return PasswordHasher(time_cost=time_cost, memory_cost=8, parallelism=1)


def make_accounts(path, *, time_cost=1, hashing=None, clock=lambda: NOW):
    return Accounts(
        SQLiteAccountStore(path, durability="normal"),
        clock=clock,
        devices=KnownDevices(["secret"]),
        hashing=hashing or Hashing(quick_hasher(time_cost=time_cost)),
    )


async def sign_in(accounts, password=PASSWORD, username="ada", device=""):
    return await accounts.authenticate(username, password, device=device, **HERE)


async def busy(*arguments):
    """What hashing says when its queue is full."""
    raise HashingBusyError


class FullQueue(Hashing):
    """Takes nothing in."""

    hash = verify = busy
