"""Owns the list of one's own sessions as programs read it."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tornado_app.handlers.session_list import Living, SessionList
from tornado_app.sessions import SessionInfo
from tornado_app.settings import Settings
from tornado_app.sign_ins import Ended, SignIn

COLUMNS = (
    "state",
    "name",
    "browser",
    "system",
    "address",
    "signed_in_at",
    "last_seen_at",
    "ends_unless_used_at",
    "ends_at_the_latest_at",
    "ended_at",
    "ended",
    "user_agent",
    "handle",
)
"""What is said of each session; instants are ISO 8601 in UTC."""

# A spreadsheet takes what begins with one of these for a formula, and a browser may say
# of itself what it likes (OWASP, "CSV injection").
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def as_rows(sessions: SessionList, site: Settings) -> list[dict[str, str | None]]:
    """A row for each session, in the order of the page; None: it does not apply."""
    return [
        *(_living("this device", each, site) for each in sessions.this),
        *(_living("another device", each, site) for each in sessions.others),
        *(_ended(each) for each in sessions.ended),
    ]


def as_json(sessions: SessionList, site: Settings, *, limit: int | None) -> Any:
    """The rows, with the number of sessions that an account may have."""
    return {"limit": limit, "sessions": as_rows(sessions, site)}


def as_csv(sessions: SessionList, site: Settings) -> str:
    """The rows below a row of column names (RFC 4180)."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for row in as_rows(sessions, site):
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return text.getvalue()


def _living(state: str, session: Living, site: Settings) -> dict[str, str | None]:
    info, sign_in = session
    return _row(_noted(sign_in) | _times(info, site) | {"state": state})


def _ended(sign_in: SignIn) -> dict[str, str | None]:
    return _row(
        _noted(sign_in)
        | {
            "state": "ended",
            "ended_at": _instant(sign_in.ended_at),
            "ended": sign_in.ended or Ended.BY_ITSELF,
        }
    )


def _noted(sign_in: SignIn | None) -> dict[str, str | None]:
    if sign_in is None:
        return {}
    return {
        "handle": sign_in.handle,
        "name": sign_in.name,
        "browser": sign_in.device.browser,
        "system": sign_in.device.system,
        "user_agent": sign_in.user_agent,
        "address": sign_in.address,
        "signed_in_at": _instant(sign_in.signed_in_at),
    }


def _times(info: SessionInfo, site: Settings) -> dict[str, str | None]:
    signed_in_at = info.signed_in_at or info.started_at
    return {
        "handle": info.handle,
        "signed_in_at": _instant(signed_in_at),
        "last_seen_at": _instant(info.last_seen_at),
        "ends_unless_used_at": _instant(info.expires_at),
        "ends_at_the_latest_at": _instant(signed_in_at + site.signed_in_lifetime),
    }


def _row(known: Mapping[str, str | None]) -> dict[str, str | None]:
    return {column: known.get(column) for column in COLUMNS}


def _cell(value: str | None) -> str:
    text = value or ""
    return f"'{text}" if text.startswith(_FORMULAS) else text


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
