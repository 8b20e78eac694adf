"""Owns what the pages about one's own sessions have in common."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from tornado.web import HTTPError

from tornado_app.accounts import Account
from tornado_app.handlers.account import OwnAccountHandler


class OwnSessionsHandler(OwnAccountHandler):
    """A page for those who are signed in; others are asked to sign in first."""

    form_url = "/sessions"

    def user_account(self) -> Account | None:
        """Who is signed in; None: the answer, the way to sign in, is given.

        A program, which cannot go that way, is refused: an `HTTPError` 403.
        """
        if self.account is None and self._wants_json():
            raise HTTPError(HTTPStatus.FORBIDDEN)
        return super().user_account()

    async def with_fresh_sign_in(
        self, account: Account, act: Callable[[], Awaitable[None]], *, what: str
    ) -> None:
        """Do *act* now, or when the password was given on a page that says *what*."""
        await self.when_sure(
            account, lambda status, words: self._ask(account, what, status, words), act
        )

    def _ask(self, account: Account, what: str, status: HTTPStatus, words: str) -> None:
        """Ask for the password, on a page that sends it to this address again."""
        self.set_status(status)
        self.render_page(
            "confirm.html",
            page="sessions",
            action=self.request.path,
            what=what,
            username=account.username,
            problems={"password": words} if words else {},
        )
