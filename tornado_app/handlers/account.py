"""Owns the page from which an account is looked after."""

from http import HTTPStatus
from urllib.parse import urlencode

from tornado_app.accounts import Account
from tornado_app.handlers.password import PasswordHandler


class OwnAccountHandler(PasswordHandler):
    """A page for those who are signed in; others are asked to sign in first."""

    form_url = "/account"

    def user_account(self) -> Account | None:
        """Who is signed in; None: the answer, the way to sign in, is given."""
        if self.account is None:
            wanted = urlencode({"next": self.form_url})
            self.redirect(f"/sign-in?{wanted}", status=HTTPStatus.SEE_OTHER)
        return self.account


class AccountHandler(OwnAccountHandler):
    """Says what an account has, and leads to each of it (GET)."""

    async def get(self) -> None:
        account = self.user_account()
        if account is None:
            return
        at = self.session.signed_in_at or self.session.started_at
        self.render_page(
            "account.html",
            page="account",
            username=account.username,
            signed_in=self.language.moment(at, self.zone),
        )
