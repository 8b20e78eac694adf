"""Owns naming one's devices."""

from http import HTTPStatus

from tornado.web import HTTPError

from tornado_app.accounts import Account
from tornado_app.handlers.forms import required_field_in
from tornado_app.handlers.problems import problem_words
from tornado_app.handlers.sessions import SessionListHandler
from tornado_app.i18n import mark
from tornado_app.preferences import PreferenceError, check_name, showable


class NameDeviceHandler(SessionListHandler):
    """Keeps what somebody calls a device of theirs (POST); empty takes the name away.

    The password is not asked for: a name opens nothing, and beside it the page goes on
    to say which browser it is.
    """

    async def post(self, handle: str) -> None:
        account = self.user_account()
        if account is None:
            return
        text = required_field_in(self.request, "name")
        try:
            name = check_name(text)
        except PreferenceError as error:
            words = problem_words(error.problem, self.language)
            await self._refuse(account, handle, text, words)
            return
        if not await self.accounts.name_device(account.id, handle, name):
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.session.flash(_named(name), "success")
        self.redirect("/sessions", status=HTTPStatus.SEE_OTHER)

    async def _refuse(
        self, account: Account, handle: str, text: str, words: str
    ) -> None:
        sessions = await self.list_of(account)
        if sessions.sign_in_of(handle) is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
        self.refused_fields = ("name",)  # for the log, which names no session
        self.show(
            sessions,
            typed={handle: showable(text)},
            problems={f"name-{handle}": words},
        )


def _named(name: str) -> str:
    if name:
        return mark("The device's new name is saved.")
    return mark("The device has no name any more.")
