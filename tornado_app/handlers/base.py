"""Owns what every page with a session has: preferences, flashes, checked forms."""

import functools
import logging
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, cast

from tornado.web import HTTPError

from tornado_app.accounts import Account, Accounts
from tornado_app.epochs import is_of_epoch
from tornado_app.handlers import returning, xsrf
from tornado_app.handlers.audited import AuditedHandler
from tornado_app.handlers.beside import save_beside
from tornado_app.handlers.cookies import cookie_in
from tornado_app.handlers.ends import note_ends
from tornado_app.handlers.extend_notice import Notice, is_near, mark_use, notice_of
from tornado_app.handlers.farewell import farewell_words, sign_in_that_ended
from tornado_app.handlers.forms import field_in, is_form
from tornado_app.handlers.news import news_words
from tornado_app.handlers.plain import SAFE_METHODS
from tornado_app.handlers.stale_forms import FormRefusedError, give_back
from tornado_app.preferences import (
    FIELDS,
    Preferences,
    forget,
    preferences_in,
    remember,
)
from tornado_app.sessions import Flash, StoreUnavailableError
from tornado_app.settings import Settings
from tornado_app.sign_ins import Ended, SignIn

_log = logging.getLogger(__name__)


class BaseHandler(AuditedHandler):
    """A page that knows its visitor. `prepare` loads the session, checks the form."""

    account: Account | None = None
    """Who is signed in; None: nobody, or it is not known yet."""

    notices: Sequence[str] = ()
    """What this page says first; marked for translation."""

    returned_fields: Mapping[str, str] = MappingProxyType({})
    """What this page shows in its form, as it was typed before; see `returning`."""

    ended_sign_in: SignIn | None = None
    """Of the session that this browser names, which is no more."""

    _use_was_refused = False

    async def prepare(self) -> None:
        await super().prepare()
        if self.session.user is not None:
            await self._load_account(self.session.user)
        elif self.session.is_new:
            self.ended_sign_in = await sign_in_that_ended(
                self, self.sessions, self.accounts
            )
        if is_near(self.session, now=self.now):
            await self.note_use()
        try:
            self.check_request()
        except FormRefusedError as refusal:
            await self._refuse_form(refusal)

    def check_request(self) -> None:
        """Refuse what this page does not answer, and forms that are not ours."""
        if self.request.method not in self.allowed_methods():
            raise HTTPError(HTTPStatus.METHOD_NOT_ALLOWED)
        if self.request.method in SAFE_METHODS:
            return
        if not is_form(self.request):
            raise HTTPError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        if not self._form_is_ours():
            self.refused_fields = (xsrf.FIELD,)
            raise FormRefusedError

    async def give_form_back(self) -> bool:
        """Answer a refused form with what was typed; False: it cannot be shown."""
        return await give_back(self)

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
        self.refused_fields = self.refused_fields or tuple(context.get("problems", ()))
        flashes = [*self._waiting_flashes(), *self._farewell(), *self._notices()]
        if "form" in context:
            typed = self._take_returned_fields()
            context["form"] = returning.laid_over(context["form"], typed)
        self.render(
            template,
            flashes=flashes,
            ending=self._notice_of_end(),
            this_page=self._this_page(),
            **context,
        )

    def xsrf_form_html(self) -> str:
        """The hidden field that every form carries."""
        token = self.form_tokens.make(self._subject())
        return f'<input type="hidden" name="{xsrf.FIELD}" value="{token}">'

    async def _refuse_form(self, refusal: FormRefusedError) -> None:
        ours = returning.came_from_our_page(self.request) and not self._wants_json()
        if not ours or not await self.give_form_back():
            raise refusal
        self.log_exception(type(refusal), refusal, None)

    async def _load_account(self, account_id: str) -> None:
        account = await self.accounts.find(account_id)
        if account is None:  # deleted meanwhile, and with it the sign-in
            self.session.destroy()
        elif not is_of_epoch(self.session, account):
            await self._end_left_over(account_id)
        else:
            self.account = account
            if self.request.method == "GET" and not self.is_fetched_ahead:
                await self._flash_news(account_id)

    async def _end_left_over(self, account_id: str) -> None:
        """End this session as the change of the password was to do."""
        handle = self.session.handle
        # First, so that the cookie stays and later pages can say why.
        await self.sessions.revoke(handle, user=account_id)
        self.session.destroy()
        await note_ends(self, account_id, [handle], Ended.PASSWORD_CHANGED)
        self.ended_sign_in = await sign_in_that_ended(
            self, self.sessions, self.accounts
        )

    async def _flash_news(self, account_id: str) -> None:
        handle = self.session.handle
        news = await self.accounts.news_of(account_id, handle)
        if not news:
            return
        for each in news:
            self.session.flash(news_words(each, self.language, self.zone))
        # Kept before it is noted as told: no page that fails swallows it. Until it
        # can be noted it is told again.
        if await save_beside(self, "the message of a sign-in"):
            try:
                await self.accounts.note_news(account_id, handle, news)
            except StoreUnavailableError as exc:
                summary = self._request_summary()
                _log.warning("%s: its news will be told again: %s", summary, exc)

    def _waiting_flashes(self) -> list[Flash]:
        if self.session.is_new or self.is_fetched_ahead:
            return []
        return list(self.session.pop_flashes())

    def _farewell(self) -> Iterator[Flash]:
        if self.ended_sign_in is None or self.session.user is not None:
            return
        asks = self.form_url == "/sign-in"
        words = farewell_words(
            self.ended_sign_in, self.language, self.zone, asks_to_sign_in=asks
        )
        if words:
            yield Flash("info", words)

    async def note_use(self) -> None:
        """Note a use that is due, so that the page can say what it makes of the end."""
        if self._use_was_refused:
            return
        if mark_use(self.session, self.sessions.policy, now=self.now):
            self._use_was_refused = not await save_beside(self, "its use")

    def _notice_of_end(self) -> Notice | None:
        session, policy = self.session, self.sessions.policy
        return notice_of(session, policy, self.language, self.zone, now=self.now)

    def _notices(self) -> list[Flash]:
        return [Flash("info", words) for words in self.notices]

    def _take_returned_fields(self) -> Mapping[str, str]:
        """What the form of this page shows as it was typed before, once."""
        if self.request.method != "GET" or self.is_fetched_ahead:
            return self.returned_fields
        form = returning.waiting_in(self.session)
        if form is None or form.place != self.request.path:
            return self.returned_fields
        returning.forget(self.session)
        return form.fields

    @property
    def form_tokens(self) -> xsrf.FormTokens:
        """Makes and checks the tokens of forms."""
        return cast(xsrf.FormTokens, self.settings["form_tokens"])

    def _form_is_ours(self) -> bool:
        token = field_in(self.request, xsrf.FIELD) or ""
        return self.form_tokens.accepts(token, self._accepted_subjects())

    def _subject(self) -> bytes:
        if self.session.is_new:
            return xsrf.cookie_subject(self._form_cookie)
        return xsrf.session_subject(self.session.handle, self.session.signed_in_at)

    def _accepted_subjects(self) -> list[bytes]:
        subjects = [] if self.session.is_new else [self._subject()]
        value = cookie_in(self.request, xsrf.cookie_name(https=self.is_https))
        # A form opened before the session began, in another tab, stays good; once
        # somebody is signed in it must not.
        if value and xsrf.is_cookie_value(value) and self.session.user is None:
            subjects.append(xsrf.cookie_subject(value))
        return subjects

    @functools.cached_property
    def _form_cookie(self) -> str:
        """The value of the visitor's form cookie, which is given if there is none."""
        name = xsrf.cookie_name(https=self.is_https)
        value = cookie_in(self.request, name)
        if value and xsrf.is_cookie_value(value):
            return value
        value = xsrf.new_cookie_value()
        self.set_cookie(
            name, value, httponly=True, samesite="Lax", secure=self.is_https
        )
        return value
