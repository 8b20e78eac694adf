"""Owns signing out."""

from http import HTTPStatus

from tornado_app.handlers.base import BaseHandler
from tornado_app.handlers.beside import save_beside
from tornado_app.handlers.ends import end_this
from tornado_app.preferences import LOOKS, remember

# What the browser kept of pages goes; its cookies hold what stays.
CLEARED = '"cache", "storage"'


class SignOutHandler(BaseHandler):
    """Ends the session (POST); language and look of pages stay on the device."""

    async def post(self) -> None:
        await sign_out(self)

    async def give_form_back(self) -> bool:
        if self.account is not None:
            return await super().give_form_back()
        # Nothing is left to be ended, and nobody need be asked to sign in for that.
        self.redirect("/", status=HTTPStatus.SEE_OTHER)
        return True


async def sign_out(handler: BaseHandler) -> None:
    """End this session and answer with the greeting."""
    if handler.account is not None:
        shown = handler.preferences
        await end_this(handler)
        remember(handler.session, {field: getattr(shown, field) for field in LOOKS})
        await save_beside(handler, "the look of its pages")
    handler.set_header("Clear-Site-Data", CLEARED)
    handler.redirect("/", status=HTTPStatus.SEE_OTHER)
