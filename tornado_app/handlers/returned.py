"""Owns the page that shows a form again after the sign-in."""

from http import HTTPStatus

from tornado_app.handlers import returning
from tornado_app.handlers.base import BaseHandler
from tornado_app.handlers.stale_forms import show_to_send_again


class ReturnedHandler(BaseHandler):
    """Shows what was typed before the session ended (GET), to be sent again."""

    async def get(self) -> None:
        form = returning.waiting_in(self.session)
        if form is None:
            self.redirect("/", status=HTTPStatus.SEE_OTHER)
            return
        if not self.is_fetched_ahead:
            returning.forget(self.session)
        show_to_send_again(self, form)
