"""Owns the sign-in page."""

from http import HTTPStatus

from tornado_app.account_errors import AccountProblem
from tornado_app.handlers.entering import EnteringHandler
from tornado_app.i18n import mark


class SignInHandler(EnteringHandler):
    """Shows the sign-in form (GET) and signs a user in (POST)."""

    form_url = "/sign-in"
    template = "sign_in.html"

    async def post(self) -> None:
        await self.attempt(self._sign_in)

    async def _sign_in(self, username: str, password: str) -> None:
        problems = _missing(username, password)
        if problems:
            self.refuse_fields(problems)
            return

        account = await self.account_of(username, password)
        if account is None:
            # RFC 9110 §15.5.4: credentials given, not sufficient. Nothing tells which
            # of the two was wrong.
            sentence = self.language.translate(
                "That user name and password do not match."
            )
            self.refuse(HTTPStatus.FORBIDDEN, {"username": sentence})
            return

        await self.let_in(account, mark("You are signed in."))


def _missing(username: str, password: str) -> dict[str, AccountProblem]:
    problems = {}
    if not username.strip():
        problems["username"] = AccountProblem.USERNAME_MISSING
    if not password:
        problems["password"] = AccountProblem.PASSWORD_MISSING
    return problems
