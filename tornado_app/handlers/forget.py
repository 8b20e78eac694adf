"""Owns forgetting a visitor on one device."""

from http import HTTPStatus

from tornado_app import known_devices
from tornado_app.handlers import xsrf
from tornado_app.handlers.base import BaseHandler
from tornado_app.handlers.ends import end_this

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
        if not self.session.is_new:
            await end_this(self)
        for name in (
            known_devices.cookie_name(https=self.is_https),
            xsrf.cookie_name(https=self.is_https),
        ):
            self.clear_cookie(name, secure=self.is_https, httponly=True, samesite="Lax")
        self.set_header("Clear-Site-Data", _CLEARED)
        self.redirect(FORGOTTEN, status=HTTPStatus.SEE_OTHER)


class ForgottenHandler(BaseHandler):
    """Says that nothing is known about the visitor (GET)."""

    async def get(self) -> None:
        if not self.session.is_new:  # something is, again
            self.redirect("/preferences", status=HTTPStatus.SEE_OTHER)
            return
        self.render_page("forgotten.html", page="preferences")
