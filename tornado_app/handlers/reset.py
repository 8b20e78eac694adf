"""Owns the page behind a link that resets a forgotten password."""

from http import HTTPStatus

from tornado_app.account_errors import AccountRefusedError, ResetRefusedError
from tornado_app.accounts import Account
from tornado_app.audit_events import Event
from tornado_app.handlers.account_words import account_words
from tornado_app.handlers.ends import end_all
from tornado_app.handlers.forms import required_field_in
from tornado_app.handlers.password import PasswordHandler
from tornado_app.handlers.stale_forms import SEND_AGAIN
from tornado_app.i18n import mark
from tornado_app.passwords import MIN_PASSWORD_LENGTH
from tornado_app.sign_ins import Ended


class ResetPasswordHandler(PasswordHandler):
    """Asks for a new password (GET), and stores it (POST), once for each link.

    Nobody is signed in by a link (OWASP Forgot Password Cheat Sheet): what is proven is
    that it was read, and the first use of the new password proves that it was kept.
    """

    def set_default_headers(self) -> None:
        super().set_default_headers()
        # The link opens the account: no other page learns it.
        self.set_header("Referrer-Policy", "no-referrer")

    def check_trusted_origin(self, origin: str) -> bool:
        # That policy makes browsers send "null" with our own form; those that also send
        # Sec-Fetch-Site are not asked here. The form's token is still wanted.
        alone = "Sec-Fetch-Site" not in self.request.headers
        return (alone and origin == "null") or super().check_trusted_origin(origin)

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        # A link that was pasted badly is a link that does not work, whatever is in it.
        return value.decode("utf-8", "replace")

    async def give_form_back(self) -> bool:
        self.set_status(HTTPStatus.FORBIDDEN)
        self.notices = [SEND_AGAIN]
        await self.get(self.path_args[0])
        return True

    async def get(self, token: str) -> None:
        account = await self.accounts.reset_account(token)
        if account is None:
            self._say_it_is_over()
        else:
            self._show_form(account)

    async def post(self, token: str) -> None:
        account = await self.accounts.reset_account(token)
        if account is None:
            self._say_it_is_over()
            return
        with self.put_off(lambda status, words: self._refuse(account, status, words)):
            await self._reset(account, token)

    async def _reset(self, account: Account, token: str) -> None:
        password = required_field_in(self.request, "password")
        try:
            await self.accounts.reset_password(token, password)
        except ResetRefusedError:  # used or over just now
            self._say_it_is_over()
        except AccountRefusedError as error:
            words = account_words(error.problems["password"], self.language)
            self._refuse(account, HTTPStatus.UNPROCESSABLE_ENTITY, words)
        else:
            self.audit.note(Event.AUTHN_PASSWORD_CHANGE, account.id)
            if self.account is not None and self.account.id == account.id:
                self.account = None
                self.session.destroy()
            await end_all(self, account.id, Ended.PASSWORD_CHANGED)
            done = mark("Your new password is set. Sign in with it.")
            self.session.flash(done, "success")
            self.redirect("/sign-in", status=HTTPStatus.SEE_OTHER)

    def _refuse(self, account: Account, status: HTTPStatus, words: str) -> None:
        self.set_status(status)
        self._show_form(account, words)

    def _show_form(self, account: Account, words: str = "") -> None:
        self.render_page(
            "reset.html",
            page="reset",
            username=account.username,
            problems={"password": words} if words else {},
            shortest=MIN_PASSWORD_LENGTH,
        )

    def _say_it_is_over(self) -> None:
        """Whether the link was used, is too old or never was makes no difference."""
        self.audit.note(Event.AUTHN_TOKEN_REUSE)
        self.set_status(HTTPStatus.NOT_FOUND)
        self.render_page("reset_over.html", page="reset")
