"""Owns the page where people change their password."""

from collections.abc import Mapping
from http import HTTPStatus

from tornado_app.account_errors import (
    AccountProblem,
    AccountRefusedError,
    TooManyTriesError,
)
from tornado_app.accounts import Account
from tornado_app.audit_events import Event
from tornado_app.handlers.account import OwnAccountHandler
from tornado_app.handlers.account_words import account_words
from tornado_app.handlers.ends import end_all
from tornado_app.handlers.forms import field_in, required_field_in
from tornado_app.i18n import mark
from tornado_app.passwords import MIN_PASSWORD_LENGTH
from tornado_app.sign_ins import Ended

_END, _KEEP = "end", "keep"
_DONE = {
    _END: mark("Your password is changed. Your other devices are signed out."),
    _KEEP: mark("Your password is changed. Your other devices stay signed in."),
}


class ChangePasswordHandler(OwnAccountHandler):
    """Asks for the old password and a new one (GET), and changes it (POST)."""

    form_url = "/account/password"

    async def get(self) -> None:
        account = self.user_account()
        if account is not None:
            self._render(account, {})

    async def post(self) -> None:
        account = self.user_account()
        if account is None:
            return
        with self.put_off(
            lambda status, words: self._refuse(account, status, {"old_password": words})
        ):
            await self._change(account)

    async def _change(self, account: Account) -> None:
        try:
            changed = await self._change_password(account)
        except AccountRefusedError as error:
            if AccountProblem.WRONG_PASSWORD in error.problems.values():
                self.audit.note(Event.AUTHN_PASSWORD_CHANGE_FAIL, account.id)
            language = self.language
            words = {f: account_words(p, language) for f, p in error.problems.items()}
            self._refuse(account, _status_of(error), words)
            return
        except TooManyTriesError:
            self.note_try(Event.AUTHN_LOGIN_FAIL_MAX, account.username)
            raise

        self.audit.note(Event.AUTHN_PASSWORD_CHANGE, account.id)
        # The password was given: a new id, as at every sign-in (ASVS 7.2.4).
        await self.sign_in(changed)
        await self.session.save()  # whatever fails from here on, this device stays
        if self._others == _END:
            own = self.session.handle
            await end_all(self, account.id, Ended.PASSWORD_CHANGED, keep=own)
        self.session.flash(_DONE[self._others], "success")
        self.redirect("/account", status=HTTPStatus.SEE_OTHER)

    async def _change_password(self, account: Account) -> Account:
        old = required_field_in(self.request, "old_password")
        new = required_field_in(self.request, "password")
        if not old:
            raise AccountRefusedError({"old_password": AccountProblem.PASSWORD_MISSING})
        return await self.accounts.change_password(
            account.id,
            old=old,
            new=new,
            address=self.address,
            device=self.device_cookie,
            ends_sessions=self._others == _END,
        )

    @property
    def _others(self) -> str:
        """What becomes of the other devices: they are signed out unless told not to."""
        return _KEEP if field_in(self.request, "others") == _KEEP else _END

    def _refuse(
        self, account: Account, status: HTTPStatus, problems: Mapping[str, str]
    ) -> None:
        """Show the form again, with *problems* and what was chosen."""
        self.set_status(status)
        self._render(account, problems)

    def _render(self, account: Account, problems: Mapping[str, str]) -> None:
        self.render_page(
            "account_password.html",
            page="account",
            username=account.username,
            problems=problems,
            form={"others": self._others},
            shortest=MIN_PASSWORD_LENGTH,
        )


def _status_of(error: AccountRefusedError) -> HTTPStatus:
    """Credentials that were refused are a 403 (RFC 9110 §15.5.4)."""
    if AccountProblem.WRONG_PASSWORD in error.problems.values():
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.UNPROCESSABLE_ENTITY
