"""A sign-in as databases keep it: one row, its columns in one order."""

from collections.abc import Iterable
from typing import Any

from tornado_app.devices import Device
from tornado_app.sessions.stores.micros import optional, to_instant
from tornado_app.sign_ins import Ended, SignIn

COLUMNS = (
    "handle, account_id, browser, system, user_agent, address, name, signed_in_at,"
    " new_device_at, ended_at, ended"
)


def to_sign_in(row: Iterable[Any]) -> SignIn:
    """Return the sign-in that a row of `COLUMNS` says."""
    handle, account_id, browser, system, user_agent, address, name, *later = row
    signed_in_at, new_device_at, ended_at, ended = later
    return SignIn(
        handle=handle,
        account_id=account_id,
        device=Device(browser, system),
        user_agent=user_agent,
        address=address,
        name=name,
        signed_in_at=to_instant(signed_in_at),
        new_device_at=optional(to_instant, new_device_at),
        ended_at=optional(to_instant, ended_at),
        ended=optional(Ended, ended),
    )
