"""Owns what a visitor can take along: all that is kept of them, as JSON."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from tornado_app.accounts import Account
from tornado_app.handlers.base import BaseHandler
from tornado_app.sessions import SessionInfo
from tornado_app.sign_ins import SignIn

_FILE = "hello-again.json"


class OwnDataHandler(BaseHandler):
    """Hands out what is kept of the visitor (GET).

    No password hash and no digest: who finds the file can do nothing with it.
    """

    async def get(self) -> None:
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.set_header("Content-Disposition", f'attachment; filename="{_FILE}"')
        self.set_header("Cache-Control", "no-store")
        text = json.dumps(await self._data(), ensure_ascii=False, indent=2)
        self.finish(text + "\n")

    async def _data(self) -> dict[str, Any]:
        known = not self.session.is_new
        data: dict[str, Any] = {
            "made_at": _instant(self.now),
            "preferences": asdict(self.preferences) if known else {},
            "this_session": self._this_session() if known else None,
        }
        return data if self.account is None else data | await self._kept(self.account)

    def _this_session(self) -> dict[str, Any]:
        session = self.session
        return {
            "handle": session.handle,
            "started_at": _instant(session.started_at),
            "last_seen_at": _instant(session.last_seen_at),
            "expires_at": _instant(session.expires_at),
            "remembered": dict(session),
        }

    async def _kept(self, account: Account) -> dict[str, Any]:
        infos = await self.sessions.of_user(account.id)
        sign_ins = await self.accounts.sign_ins_of(account.id)
        return {
            "account": {"username": account.username},
            "sessions": [_session(info) for info in infos],
            "sign_ins": [_sign_in(sign_in) for sign_in in sign_ins],
        }


def _session(info: SessionInfo) -> dict[str, Any]:
    return {
        "handle": info.handle,
        "started_at": _instant(info.started_at),
        "signed_in_at": _instant(info.signed_in_at),
        "last_seen_at": _instant(info.last_seen_at),
        "expires_at": _instant(info.expires_at),
    }


def _sign_in(sign_in: SignIn) -> dict[str, Any]:
    return {
        "handle": sign_in.handle,
        "name": sign_in.name,
        "browser": sign_in.device.browser,
        "system": sign_in.device.system,
        "user_agent": sign_in.user_agent,
        "address": sign_in.address,
        "signed_in_at": _instant(sign_in.signed_in_at),
        "ended_at": _instant(sign_in.ended_at),
        "ended": sign_in.ended,
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
