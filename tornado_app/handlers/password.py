"""Owns what every page that asks for a password has in common."""

import math
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

from tornado_app import known_devices
from tornado_app.account_errors import (
    AccountProblem,
    HashingBusyError,
    TooManyTriesError,
)
from tornado_app.accounts import Account
from tornado_app.audit_events import Event
from tornado_app.epochs import keep_epoch
from tornado_app.handlers.account_words import account_words, waiting_words
from tornado_app.handlers.arrivals import note_arrival
from tornado_app.handlers.base import BaseHandler
from tornado_app.handlers.cookies import cookie_in
from tornado_app.handlers.forms import field_in

_BUSY_RETRY_S = 5


class PasswordHandler(BaseHandler):
    """Checks passwords and signs people in."""

    async def account_of(self, username: str, password: str) -> Account | None:
        """Whose name and password these are; raises as `Accounts.authenticate`."""
        try:
            found = await self.accounts.authenticate(
                username, password, address=self.address, device=self.device_cookie
            )
        except TooManyTriesError:
            self.note_try(Event.AUTHN_LOGIN_FAIL_MAX, username)
            raise
        if found is None:
            self.note_try(Event.AUTHN_LOGIN_FAIL, username)
        return found

    async def sign_in(self, account: Account) -> None:
        """Sign in to *account* from now on, and note it for its owner.

        It is as it was read when its password was verified.
        """
        # Sets the user and renews: an id planted earlier stays powerless (fixation).
        self.session.sign_in(account.id)
        keep_epoch(self.session, account)
        known = self.accounts.devices.mark_of(self.device_cookie, account.id)
        self._mark_device(account.id)
        await note_arrival(self, account.id, is_new_device=known is None)

    @property
    def signed_in_lately(self) -> bool:
        """Whether the sign-in is fresh enough for what matters."""
        at = self.session.signed_in_at
        return at is not None and self.now - at <= self.site.fresh_sign_in

    async def when_sure(
        self,
        account: Account,
        ask: Callable[[HTTPStatus, str], None],
        act: Callable[[], Awaitable[None]],
    ) -> None:
        """Do *act* if the password was given lately, or is now.

        Else *ask* for it, with a status and with words for what was wrong.
        """
        with self.put_off(ask):
            if self.signed_in_lately or await self._is_confirmed(account, ask):
                await act()

    @contextmanager
    def put_off(self, refuse: Callable[[HTTPStatus, str], None]) -> Iterator[None]:
        """Call *refuse* with a status and words when a try is to be made later."""
        try:
            yield
        except TooManyTriesError as error:
            wait_s = math.ceil(error.wait.total_seconds())
            self.set_header("Retry-After", str(wait_s))
            words = waiting_words(error.wait, self.language)
            refuse(HTTPStatus.TOO_MANY_REQUESTS, words)
        except HashingBusyError:
            self.note_excess("passwords")
            self.set_header("Retry-After", str(_BUSY_RETRY_S))
            words = self.language.translate(
                "Very many people are signing in just now. Try again in a moment."
            )
            refuse(HTTPStatus.SERVICE_UNAVAILABLE, words)

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return self.request.remote_ip or ""

    @property
    def device_cookie(self) -> str:
        """The marks of the accounts that this browser has been used with."""
        name = known_devices.cookie_name(https=self.is_https)
        return cookie_in(self.request, name) or ""

    async def _is_confirmed(
        self, account: Account, ask: Callable[[HTTPStatus, str], None]
    ) -> bool:
        password = field_in(self.request, "password")
        if password is None:
            ask(HTTPStatus.FORBIDDEN, "")
            return False
        if not password:  # which is no try: it would be counted
            missing = account_words(AccountProblem.PASSWORD_MISSING, self.language)
            ask(HTTPStatus.UNPROCESSABLE_ENTITY, missing)
            return False
        found = await self.account_of(account.username, password)
        if found is None or found.id != account.id:
            wrong = account_words(AccountProblem.WRONG_PASSWORD, self.language)
            ask(HTTPStatus.FORBIDDEN, wrong)
            return False
        await self.sign_in(found)
        return True

    def _mark_device(self, account_id: str) -> None:
        self.set_cookie(
            known_devices.cookie_name(https=self.is_https),
            self.accounts.devices.with_mark(self.device_cookie, account_id),
            max_age=int(known_devices.LIFETIME.total_seconds()),
            httponly=True,
            samesite="Lax",
            secure=self.is_https,
        )
