"""Owns the page where people see and end their sessions."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from tornado.web import HTTPError

from tornado_app.accounts import Account
from tornado_app.handlers.forms import field_in
from tornado_app.handlers.password import PasswordHandler
from tornado_app.handlers.session_cards import Cards, ended_lately
from tornado_app.handlers.sign_out import sign_out
from tornado_app.i18n import mark
from tornado_app.sign_ins import Ended


class OwnSessionsHandler(PasswordHandler):
    """A page for those who are signed in; others are asked to sign in first."""

    form_url = "/sessions"

    def user_account(self) -> Account | None:
        """Who is signed in; None: the answer, the way to sign in, is given."""
        if self.account is None:
            self.redirect("/sign-in?next=/sessions", status=HTTPStatus.SEE_OTHER)
        return self.account

    async def with_fresh_sign_in(
        self, account: Account, act: Callable[[], Awaitable[None]], *, what: str
    ) -> None:
        """Do *act* now, or when the password was given on a page that says *what*."""
        with self.put_off(
            lambda status, words: self._ask(account, what, status, words)
        ):
            if await self._is_fresh(account, what=what):
                await act()

    async def _is_fresh(self, account: Account, *, what: str) -> bool:
        signed_in_at = self.session.signed_in_at
        if signed_in_at and self.now - signed_in_at <= self.site.fresh_sign_in:
            return True
        password = field_in(self.request, "password")
        if password is None:
            self._ask(account, what, HTTPStatus.FORBIDDEN, "")
            return False
        found = await self.account_of(account.username, password)
        if found is None or found.id != account.id:
            words = self.language.translate("That is not your password.")
            self._ask(account, what, HTTPStatus.FORBIDDEN, words)
            return False
        await self.sign_in(account)
        return True

    def _ask(self, account: Account, what: str, status: HTTPStatus, words: str) -> None:
        """Ask for the password, on a page that sends it to this address again."""
        self.set_status(status)
        self.render_page(
            "confirm.html",
            page="sessions",
            action=self.request.path,
            what=self.language.translate(what),
            username=account.username,
            problems={"password": words} if words else {},
        )


class SessionsHandler(OwnSessionsHandler):
    """Lists the sessions of who is signed in (GET)."""

    async def get(self) -> None:
        account = self.user_account()
        if account is None:
            return
        infos = await self.sessions.of_user(account.id)
        sign_ins = await self.accounts.sign_ins_of(account.id)
        living = {info.handle: info for info in infos}
        noted = {sign_in.handle: sign_in for sign_in in sign_ins}
        cards = Cards(
            self.language,
            self.zone,
            now=self.now,
            lifetime=self.site.signed_in_lifetime,
        )
        own = self.session.handle
        shown = [cards.living(info, noted.get(info.handle)) for info in infos]
        over = ended_lately(sign_ins, living, now=self.now)
        self.render_page(
            "sessions.html",
            page="sessions",
            this=[card for card in shown if card.handle == own],
            others=[card for card in shown if card.handle != own],
            ended=[cards.ended(sign_in) for sign_in in over],
            limit=self.sessions.policy.max_sessions_per_user,
        )


class RevokeHandler(OwnSessionsHandler):
    """Ends one session of who is signed in (POST)."""

    async def post(self, handle: str) -> None:
        account = self.user_account()
        if account is None:
            return
        if handle == self.session.handle:
            await sign_out(self)
            return
        living = await self.sessions.of_user(account.id)
        if handle not in {info.handle for info in living}:
            # Nobody learns whether it is another user's.
            raise HTTPError(HTTPStatus.NOT_FOUND)

        async def revoke() -> None:
            await self.sessions.revoke(handle, user=account.id)
            await self.accounts.note_ends(account.id, [handle], Ended.REVOKED)
            self.session.flash(mark("The session has ended."), "success")
            self.redirect("/sessions", status=HTTPStatus.SEE_OTHER)

        await self.with_fresh_sign_in(
            account, revoke, what=mark("End a session on another device")
        )


class RevokeOthersHandler(OwnSessionsHandler):
    """Ends every session but this one of who is signed in (POST)."""

    async def post(self) -> None:
        account = self.user_account()
        if account is None:
            return

        async def revoke() -> None:
            own = self.session.handle
            living = await self.sessions.of_user(account.id)
            await self.sessions.revoke_user(account.id, keep=own)
            handles = [info.handle for info in living if info.handle != own]
            await self.accounts.note_ends(account.id, handles, Ended.REVOKED)
            self.session.flash(mark("All other sessions have ended."), "success")
            self.redirect("/sessions", status=HTTPStatus.SEE_OTHER)

        await self.with_fresh_sign_in(
            account, revoke, what=mark("End all other sessions")
        )
