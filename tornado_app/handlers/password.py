"""Owns what every page that asks for a password has in common."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

from tornado_app import known_devices
from tornado_app.account_errors import HashingBusyError, TooManyTriesError
from tornado_app.accounts import Account
from tornado_app.devices import device_of
from tornado_app.handlers.account_words import waiting_words
from tornado_app.handlers.base import BaseHandler
from tornado_app.sign_ins import SignIn

_BUSY_RETRY_S = 5


class PasswordHandler(BaseHandler):
    """Checks passwords and signs people in."""

    async def account_of(self, username: str, password: str) -> Account | None:
        """Whose name and password these are; raises as `Accounts.authenticate`."""
        return await self.accounts.authenticate(
            username, password, address=self.address, device=self._device_cookie
        )

    async def sign_in(self, account: Account) -> None:
        """Sign in to *account* from now on, and note it for its owner."""
        # Sets the user and renews: an id planted earlier stays powerless (fixation).
        self.session.sign_in(account.id)
        self._mark_device(account.id)
        headers = self.request.headers
        sign_in = SignIn(
            handle=self.session.handle,
            account_id=account.id,
            device=device_of(
                headers.get("User-Agent", ""), headers.get("Sec-CH-UA-Platform", "")
            ),
            address=self.address,
            signed_in_at=self.now,
        )
        lifetime = self.site.signed_in_lifetime
        await self.accounts.note_sign_in(sign_in, lifetime=lifetime)

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
    def _device_cookie(self) -> str:
        name = known_devices.cookie_name(https=self.is_https)
        return self.get_cookie(name) or ""

    def _mark_device(self, account_id: str) -> None:
        self.set_cookie(
            known_devices.cookie_name(https=self.is_https),
            self.accounts.devices.with_mark(self._device_cookie, account_id),
            max_age=int(known_devices.LIFETIME.total_seconds()),
            httponly=True,
            samesite="Lax",
            secure=self.is_https,
        )
