"""Owns forgetting a visitor on one device."""

from http import HTTPStatus

from tornado_app import known_devices
from tornado_app.handlers import xsrf
from tornado_app.handlers.base import BaseHandler
from tornado_app.sign_ins import Ended

FORGOTTEN = "/preferences/forgotten"

# Not "cookies": that takes those of every other site under this domain too. Ours are
# cleared one by one.
_CLEARED = '"cache", "storage"'


class ForgetHandler(BaseHandler):
    """Says what would be forgotten (GET), and forgets it (POST)."""

    form_url = "/preferences/forget"

    async def get(self) -> None:
        self.render_page(
            "forget.html", page="preferences", is_known=not self.session.is_new
        )

    async def post(self) -> None:
        await self._end_session()
        for name in (
            known_devices.cookie_name(https=self.is_https),
            xsrf.cookie_name(https=self.is_https),
        ):
            self.clear_cookie(name, secure=self.is_https, httponly=True, samesite="Lax")
        self.set_header("Clear-Site-Data", _CLEARED)
        self.redirect(FORGOTTEN, status=HTTPStatus.SEE_OTHER)

    async def _end_session(self) -> None:
        if self.account is not None:
            account_id, handle = self.account.id, self.session.handle
            await self.accounts.note_ends(account_id, [handle], Ended.SIGNED_OUT)
            self.account = None
        if not self.session.is_new:
            self.session.destroy()


class ForgottenHandler(BaseHandler):
    """Says that nothing is known about the visitor (GET)."""

    async def get(self) -> None:
        if not self.session.is_new:  # something is, again
            self.redirect("/preferences", status=HTTPStatus.SEE_OTHER)
            return
        self.render_page("forgotten.html", page="preferences")
