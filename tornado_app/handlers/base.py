"""Owns what every page with a session has: preferences, flashes, checked forms."""

import functools
from collections.abc import Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, cast

from tornado.web import HTTPError

from tornado_app.accounts import Account, Accounts
from tornado_app.handlers import xsrf
from tornado_app.handlers.farewell import ended_elsewhere_at
from tornado_app.handlers.forms import field_in, is_form
from tornado_app.handlers.plain import PlainHandler
from tornado_app.preferences import (
    FIELDS,
    Preferences,
    forget,
    preferences_in,
    remember,
)
from tornado_app.sessions import Flash, SessionMixin
from tornado_app.settings import Settings

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class BaseHandler(SessionMixin, PlainHandler):
    """A page that knows its visitor. `prepare` loads the session, checks the form."""

    account: Account | None = None
    """Who is signed in; None: nobody, or it is not known yet."""

    # When another device ended the session that this browser still names.
    _ended_at: datetime | None = None

    async def prepare(self) -> None:
        await super().prepare()
        if self.session.user is not None:
            await self._load_account(self.session.user)
        elif self.session.is_new:
            self._ended_at = await ended_elsewhere_at(
                self, self.sessions, self.accounts
            )
        self.check_request()

    def check_request(self) -> None:
        """Refuse what this page does not answer, and forms that are not ours."""
        if self.request.method not in self.allowed_methods():
            raise HTTPError(HTTPStatus.METHOD_NOT_ALLOWED)
        if self.request.method in _SAFE_METHODS:
            return
        if not is_form(self.request):
            raise HTTPError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        if not self._form_is_ours():
            raise HTTPError(HTTPStatus.FORBIDDEN, "Form token was refused")

    @property
    def site(self) -> Settings:
        return cast(Settings, self.settings["site"])

    @property
    def preferences(self) -> Preferences:
        if not self.has_session:  # an error page, before or instead of the load
            return super().preferences
        kept = self.account.preferences if self.account else self.session
        return preferences_in(kept, languages=self.languages)

    @property
    def accounts(self) -> Accounts:
        return cast(Accounts, self.settings["accounts"])

    async def prefer(self, values: Mapping[str, str]) -> None:
        """Keep checked *values* with the account, or for a stranger in the session."""
        if self.account is None:
            remember(self.session, values)
        else:
            await self.accounts.prefer(self.account.id, values)

    async def forget_preferences(self) -> None:
        """Forget all that the visitor prefers."""
        if self.account is None:
            forget(self.session, *FIELDS)
        else:
            await self.accounts.forget_preferences(self.account.id)

    @property
    def is_fetched_ahead(self) -> bool:
        """Whether nobody looks at this page yet: HEAD, or a browser's prefetch."""
        purposes = (
            self.request.headers.get("Sec-Purpose", ""),
            self.request.headers.get("Purpose", ""),
        )
        return self.request.method == "HEAD" or any("prefetch" in p for p in purposes)

    def get_template_namespace(self) -> dict[str, Any]:
        nobody = self.has_session and self.session.user is None
        return super().get_template_namespace() | {
            "account": self.account,
            "may_sign_in": nobody,
        }

    def render_page(self, template: str, **context: Any) -> None:
        """Send a page, with the flashes that wait for it."""
        self.set_header("Cache-Control", "no-store")
        flashes = [*self._waiting_flashes(), *self._farewell()]
        self.render(template, flashes=flashes, **context)

    def xsrf_form_html(self) -> str:
        """The hidden field that every form carries."""
        token = self._tokens.make(self._subject())
        return f'<input type="hidden" name="{xsrf.FIELD}" value="{token}">'

    async def _load_account(self, account_id: str) -> None:
        self.account = await self.accounts.find(account_id)
        if self.account is None:  # deleted meanwhile, and with it the sign-in
            self.session.destroy()

    def _waiting_flashes(self) -> list[Flash]:
        if self.session.is_new or self.is_fetched_ahead:
            return []
        return list(self.session.pop_flashes())

    def _farewell(self) -> Iterator[Flash]:
        if self._ended_at is not None:
            words = self.language.translate(
                "Another device of yours signed this one out on %(when)s."
            )
            when = self.language.moment(self._ended_at, self.zone)
            yield Flash("info", words % {"when": when})

    @property
    def _tokens(self) -> xsrf.FormTokens:
        return cast(xsrf.FormTokens, self.settings["form_tokens"])

    def _form_is_ours(self) -> bool:
        token = field_in(self.request, xsrf.FIELD) or ""
        return self._tokens.accepts(token, self._accepted_subjects())

    def _subject(self) -> bytes:
        if self.session.is_new:
            return xsrf.cookie_subject(self._form_cookie)
        return xsrf.session_subject(self.session.handle, self.session.signed_in_at)

    def _accepted_subjects(self) -> list[bytes]:
        subjects = [] if self.session.is_new else [self._subject()]
        value = self.get_cookie(xsrf.cookie_name(https=self.is_https))
        # A form opened before the session began, in another tab, stays good; once
        # somebody is signed in it must not.
        if value and xsrf.is_cookie_value(value) and self.session.user is None:
            subjects.append(xsrf.cookie_subject(value))
        return subjects

    @functools.cached_property
    def _form_cookie(self) -> str:
        """The value of the visitor's form cookie, which is given if there is none."""
        name = xsrf.cookie_name(https=self.is_https)
        value = self.get_cookie(name)
        if value and xsrf.is_cookie_value(value):
            return value
        value = xsrf.new_cookie_value()
        self.set_cookie(
            name, value, httponly=True, samesite="Lax", secure=self.is_https
        )
        return value
