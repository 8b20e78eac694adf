"""Owns what signing up and signing in have in common."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from tornado_app.account_errors import AccountProblem
from tornado_app.accounts import Account
from tornado_app.handlers import returning
from tornado_app.handlers.account_words import account_words
from tornado_app.handlers.forms import field_in, required_field_in
from tornado_app.handlers.next_page import next_page
from tornado_app.handlers.password import PasswordHandler
from tornado_app.handlers.stale_forms import SEND_AGAIN
from tornado_app.handlers.staying import staying_words
from tornado_app.i18n import mark
from tornado_app.preferences import kept_in, showable

_RETURNED = mark(
    "You are signed in again. Here is what you had typed; it is not saved yet."
)


class EnteringHandler(PasswordHandler):
    """A form with a user name and a password (GET) that signs people in (POST).

    A subclass names its `template`; its post() calls `attempt`.
    """

    template: str

    async def get(self) -> None:
        self.show_form({}, self.get_query_argument("next", None))

    async def attempt(self, enter: Callable[[str, str], Awaitable[None]]) -> None:
        """Call *enter* with what was typed; say so when it is to be tried later."""
        username = required_field_in(self.request, "username")
        password = required_field_in(self.request, "password")
        with self.put_off(
            lambda status, words: self.refuse(status, {"username": words})
        ):
            await enter(username, password)

    async def let_in(self, account: Account, words: str) -> None:
        """Sign in to *account*, which learns what an anonymous visitor preferred.

        The next page says *words*, which are marked for translation.
        """
        if self.session.user is None:
            kept = kept_in(self.session, languages=self.languages)
            await self.accounts.add_preferences(account.id, kept)
        await self.sign_in(account)
        form = self._waiting_form(account)
        if form is not None and form.fields:
            returning.keep(self.session, form)
        self.session.flash(_RETURNED if form and form.fields else words, "success")
        place = form.place if form else next_page(self._wanted)
        self.redirect(place, status=HTTPStatus.SEE_OTHER)

    async def give_form_back(self) -> bool:
        self.set_status(HTTPStatus.FORBIDDEN)
        self.notices = [SEND_AGAIN]
        self.show_form({}, self._wanted)
        return True

    def refuse(self, status: HTTPStatus, problems: Mapping[str, str]) -> None:
        """Show the form again, with *problems* and all that was typed but passwords."""
        self.set_status(status)
        self.show_form(problems, self._wanted)

    def refuse_fields(self, problems: Mapping[str, AccountProblem]) -> None:
        """Show the form again with what is wrong with its fields."""
        words = {
            field: account_words(p, self.language) for field, p in problems.items()
        }
        self.refuse(HTTPStatus.UNPROCESSABLE_ENTITY, words)

    def show_form(self, problems: Mapping[str, str], wanted: str | None) -> None:
        """Show the form; afterwards it goes on to *wanted*."""
        self.render_page(
            self.template,
            page="sign-in",
            problems=problems,
            username=showable(field_in(self.request, "username") or ""),
            next_page=next_page(wanted),
            returned=showable(field_in(self.request, returning.FIELD) or ""),
            staying=staying_words(self.site, self.language),
            **self.facts(),
        )

    def facts(self) -> dict[str, Any]:
        """What else the template wants to know."""
        return {}

    def _waiting_form(self, account: Account) -> returning.ReturnedForm | None:
        """What *account* had sent when its session was over."""
        sealed = field_in(self.request, returning.FIELD) or ""
        return returning.unseal(sealed, self.form_tokens, account.id)

    @property
    def _wanted(self) -> str | None:
        return field_in(self.request, "next")
