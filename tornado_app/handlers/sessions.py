"""Owns the page that lists one's own sessions."""

from collections.abc import Mapping, Sequence

from tornado_app.accounts import Account
from tornado_app.handlers.own_sessions import OwnSessionsHandler
from tornado_app.handlers.session_cards import Card, Cards
from tornado_app.handlers.session_files import as_csv, as_json
from tornado_app.handlers.session_list import Living, SessionList, session_list
from tornado_app.sessions import SessionInfo
from tornado_app.sign_ins import MEMORY


class SessionListHandler(OwnSessionsHandler):
    """Knows the sessions of who is signed in, and shows them."""

    async def list_of(self, account: Account) -> SessionList:
        """The sessions of *account*, this one as it is with this use."""
        infos = await self.sessions.of_user(account.id)
        sign_ins = await self.accounts.sign_ins_of(account.id)
        await self.note_use()
        own = self.session.handle
        infos = [self._used_now(i) if i.handle == own else i for i in infos]
        return session_list(infos, sign_ins, own=own, now=self.now)

    def write_json(self, sessions: SessionList) -> None:
        """Answer with *sessions* as JSON."""
        limit = self.sessions.policy.max_sessions_per_user
        self.write(as_json(sessions, self.site, limit=limit))

    def show(
        self,
        sessions: SessionList,
        *,
        typed: Mapping[str, str] | None = None,
        problems: Mapping[str, str] | None = None,
    ) -> None:
        """Show the page; *typed* are refused names by handle, *problems* by field."""
        cards = Cards(self.language, self.zone, now=self.now, site=self.site)
        refused = typed or {}
        self.render_page(
            "sessions.html",
            page="sessions",
            this=_living(cards, sessions.this, refused),
            others=_living(cards, sessions.others, refused),
            ended=[cards.ended(sign_in) for sign_in in sessions.ended],
            limit=self.sessions.policy.max_sessions_per_user,
            memory=self.language.span(MEMORY),
            place=self.language.place(self.preferences.time_zone),
            problems=problems or {},
        )

    def _used_now(self, info: SessionInfo) -> SessionInfo:
        return info._replace(last_seen_at=self.now, expires_at=self.session.expires_at)


class SessionsHandler(SessionListHandler):
    """Lists the sessions of who is signed in (GET), as JSON for who asks for that."""

    async def get(self) -> None:
        self.set_header("Vary", "Accept")
        account = self.user_account()
        if account is None:
            return
        sessions = await self.list_of(account)
        if self._wants_json():
            self.write_json(sessions)
        else:
            self.show(sessions)


class SessionsFileHandler(SessionListHandler):
    """Hands out the list as a file, for spreadsheets and programs (GET)."""

    async def get(self, kind: str) -> None:
        account = self.user_account()
        if account is None:
            return
        sessions = await self.list_of(account)
        name = f'attachment; filename="sessions.{kind}"'
        self.set_header("Content-Disposition", name)
        if kind == "json":
            self.write_json(sessions)
            return
        self.set_header("Content-Type", "text/csv; charset=UTF-8")
        self.finish(as_csv(sessions, self.site))


def _living(
    cards: Cards, group: Sequence[Living], refused: Mapping[str, str]
) -> list[Card]:
    return [cards.living(each, typed=refused.get(each.info.handle)) for each in group]
