"""What the promises of account stores are tried with."""

from datetime import UTC, datetime, timedelta

from tornado_app.accounts_store import Account
from tornado_app.devices import Device
from tornado_app.sign_ins import SignIn

NOW = datetime(2026, 11, 24, 9, 30, 0, 123_456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def account(name="ada", **changes):
    known = {"username": name.title(), "password_hash": f"{name}'s", "preferences": {}}
    return Account(id=name, **known | changes)


async def people(store, *names):
    """Give accounts to *names*; a name is its account's id and key, too."""
    for name in names:
        assert await store.add(account(name), key=name, now=NOW)


def sign_in(handle, account_id="ada", at=NOW):
    return SignIn(
        handle=handle,
        account_id=account_id,
        device=Device("Firefox", "Linux"),
        address="192.0.2.1",
        signed_in_at=at,
    )


async def note(store, *sign_ins, forget_before=NOW - 28 * DAY):
    for each in sign_ins:
        await store.note_sign_in(each, forget_before=forget_before)
