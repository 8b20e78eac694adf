"""Owns the deletion of an account."""

from http import HTTPStatus

from tornado_app.accounts import Account
from tornado_app.audit_events import Event
from tornado_app.handlers.account import OwnAccountHandler
from tornado_app.handlers.base import BaseHandler
from tornado_app.handlers.sign_out import CLEARED

DELETED = "/account/deleted"


class DeleteAccountHandler(OwnAccountHandler):
    """Says what would be deleted (GET), and deletes it (POST)."""

    form_url = "/account/delete"

    async def get(self) -> None:
        account = self.user_account()
        if account is not None:
            self._render(account)

    async def post(self) -> None:
        account = self.user_account()
        if account is None:
            return
        await self.when_sure(
            account,
            lambda status, words: self._ask(account, status, words),
            lambda: self._delete(account),
        )

    async def _delete(self, account: Account) -> None:
        await self.sessions.revoke_user(account.id, keep=self.session.handle)
        await self.accounts.delete(account.id)
        self.audit.note(Event.USER_DELETED, account.id, account.id)
        self.account = None
        self.session.destroy()
        self.set_header("Clear-Site-Data", CLEARED)
        self.redirect(DELETED, status=HTTPStatus.SEE_OTHER)

    def _ask(self, account: Account, status: HTTPStatus, words: str) -> None:
        self.set_status(status)
        self._render(account, words)

    def _render(self, account: Account, words: str = "") -> None:
        self.render_page(
            "account_delete.html",
            page="account",
            username=account.username,
            asks=not self.signed_in_lately,
            problems={"password": words} if words else {},
        )


class DeletedHandler(BaseHandler):
    """Says goodbye to who deleted an account (GET)."""

    async def get(self) -> None:
        if self.account is not None:
            self.redirect("/account", status=HTTPStatus.SEE_OTHER)
            return
        self.render_page("account_deleted.html", page="deleted")
