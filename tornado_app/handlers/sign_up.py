"""Owns the sign-up page."""

from typing import Any

from tornado_app.account_errors import AccountRefusedError, TooManyTriesError
from tornado_app.audit_events import Event
from tornado_app.handlers.entering import EnteringHandler
from tornado_app.i18n import mark
from tornado_app.passwords import MIN_PASSWORD_LENGTH


class SignUpHandler(EnteringHandler):
    """Shows the sign-up form (GET), makes an account and signs in to it (POST)."""

    form_url = "/sign-up"
    template = "sign_up.html"

    async def post(self) -> None:
        await self.attempt(self._sign_up)

    async def _sign_up(self, username: str, password: str) -> None:
        try:
            account = await self.accounts.sign_up(
                username, password, address=self.address
            )
        except AccountRefusedError as error:
            self.refuse_fields(error.problems)
            return
        except TooManyTriesError:
            self.note_excess("sign_ups")
            raise

        self.audit.note(Event.USER_CREATED, account.id, account.id)
        await self.let_in(
            account,
            mark("Your account is ready. What you have chosen here belongs to it now."),
        )

    def facts(self) -> dict[str, Any]:
        return {"shortest": MIN_PASSWORD_LENGTH}
