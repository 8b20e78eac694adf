"""Owns ending one's other sessions."""

from http import HTTPStatus

from tornado.web import HTTPError

from tornado_app.audit_events import Event
from tornado_app.handlers.beside import save_beside
from tornado_app.handlers.device_words import device_words
from tornado_app.handlers.ends import end_all, note_ends
from tornado_app.handlers.own_sessions import OwnSessionsHandler
from tornado_app.handlers.sign_out import sign_out
from tornado_app.i18n import mark
from tornado_app.sign_ins import Ended


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
            self.audit.note(Event.AUTHZ_FAIL, account.id, "session")
            # Nobody learns whether it is another user's.
            raise HTTPError(HTTPStatus.NOT_FOUND)

        async def revoke() -> None:
            await self.sessions.revoke(handle, user=account.id)
            await note_ends(self, account.id, [handle], Ended.REVOKED)
            await _say(self, mark("The session has ended."))

        await self.with_fresh_sign_in(
            account, revoke, what=await self._what(account.id, handle)
        )

    async def _what(self, account_id: str, handle: str) -> str:
        """What the button says, which names its target."""
        sign_in = await self.accounts.sign_in_of(handle)
        if sign_in is None or sign_in.account_id != account_id:
            return self.language.translate("End a session on another device")
        device = sign_in.name or device_words(sign_in.device, self.language)
        return self.language.translate("Sign out %(device)s") % {"device": device}


class RevokeOthersHandler(OwnSessionsHandler):
    """Ends every session but this one of who is signed in (POST)."""

    async def post(self) -> None:
        account = self.user_account()
        if account is None:
            return

        async def revoke() -> None:
            own = self.session.handle
            await end_all(self, account.id, Ended.REVOKED, keep=own)
            await _say(self, mark("All other sessions have ended."))

        what = self.language.translate("End all other sessions")
        await self.with_fresh_sign_in(account, revoke, what=what)


async def _say(handler: OwnSessionsHandler, words: str) -> None:
    """Answer with the list of sessions and, beside it, *words*."""
    handler.session.flash(words, "success")
    await save_beside(handler, "what is said of the end, or a password given for it,")
    handler.redirect("/sessions", status=HTTPStatus.SEE_OTHER)
