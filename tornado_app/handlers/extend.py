"""Owns the button that keeps a session from ending; see `extend_notice`."""

from http import HTTPStatus
from urllib.parse import urlencode

from tornado.web import HTTPError

from tornado_app.handlers.base import BaseHandler
from tornado_app.handlers.extend_notice import instant
from tornado_app.handlers.forms import field_in
from tornado_app.handlers.next_page import next_page
from tornado_app.i18n import mark


class ExtendHandler(BaseHandler):
    """Notes a use of the session (POST); answers the page, or a script with the end."""

    def check_request(self) -> None:
        # With its session a form's token is gone too, and nothing is left to protect.
        if self.request.method != "POST" or not self.session.is_new:
            super().check_request()

    async def post(self) -> None:
        if self.session.is_new:
            self._go_on_without()
            return
        self.session.touch()
        if self._wants_json():
            self.write({"ends_at": instant(self.session.expires_at)})
            return
        self.session.flash(_done(signed_in=self.account is not None), "success")
        self.redirect(self._next, status=HTTPStatus.SEE_OTHER)

    def _go_on_without(self) -> None:
        """Too late: ask to sign in who was, take others back to where they were."""
        if self._wants_json():
            raise HTTPError(HTTPStatus.FORBIDDEN)
        place = self._next
        if self.ended_sign_in is not None:
            place = f"/sign-in?{urlencode({'next': place})}"
        self.redirect(place, status=HTTPStatus.SEE_OTHER)

    @property
    def _next(self) -> str:
        return next_page(field_in(self.request, "next"))


def _done(*, signed_in: bool) -> str:
    if signed_in:
        return mark("You stay signed in.")
    return mark("We keep remembering you.")
