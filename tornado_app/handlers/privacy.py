"""Owns the page that says what is stored, why and for how long."""

from datetime import timedelta
from typing import NamedTuple

from tornado_app import known_devices, throttling
from tornado_app.audit_file import NOWHERE
from tornado_app.handlers import xsrf
from tornado_app.handlers.base import BaseHandler
from tornado_app.i18n import mark
from tornado_app.sessions.cookie import cookie_name
from tornado_app.sign_ins import MEMORY

_ALLOWANCES = (throttling.ACCOUNT, throttling.ADDRESS, throttling.SIGN_UPS)
# The levels at which each answer has a line; see `plain.log_request`.
_LOGS_EVERY_PAGE = frozenset({"debug", "info"})
_UNTIL_CLOSED = mark("until you close the browser")


class ShownCookie(NamedTuple):
    """A cookie as the page explains it."""

    name: str
    what: str
    how_long: str


class PrivacyHandler(BaseHandler):
    """Says what this site keeps about people (GET), by the settings it runs with."""

    async def get(self) -> None:
        self.render_page(
            "privacy.html",
            page="privacy",
            cookies=self._cookies(),
            logs_every_page=self.site.log_level in _LOGS_EVERY_PAGE,
            audits=self.site.audit_log != NOWHERE,
            audits_full_addresses=self.site.audit_addresses == "full",
            **self._spans(),
        )

    def _spans(self) -> dict[str, str]:
        site = self.site
        spans = {
            "idle": site.idle_timeout,
            "lifetime": site.absolute_lifetime,
            "signed_in_idle": site.signed_in_idle_timeout,
            "signed_in_lifetime": site.signed_in_lifetime,
            "ended": MEMORY,
            "tries": max(allowance.memory for allowance in _ALLOWANCES),
        }
        return {name: self.language.span(span) for name, span in spans.items()}

    def _cookies(self) -> list[ShownCookie]:
        translate, https = self.language.translate, self.is_https
        return [
            ShownCookie(
                cookie_name(self.sessions.policy, self.request),
                translate(
                    "A random number that finds again what we keep for you. It comes "
                    "when there is something to keep, and not before."
                ),
                self._session_cookie_span(),
            ),
            ShownCookie(
                xsrf.cookie_name(https=https),
                translate(
                    "A random number that proves a form to be from this site. It comes "
                    "with the first form that you see."
                ),
                translate(_UNTIL_CLOSED),
            ),
            ShownCookie(
                known_devices.cookie_name(https=https),
                translate(
                    "Says that you have signed in with this browser before, so that "
                    "nobody who guesses passwords can lock you out. It comes when you "
                    "sign in."
                ),
                self._at_most(known_devices.LIFETIME),
            ),
        ]

    def _session_cookie_span(self) -> str:
        policy = self.sessions.policy
        if not policy.cookie_persistent:
            return self.language.translate(_UNTIL_CLOSED)
        return self._at_most(
            max(self.site.absolute_lifetime, self.site.signed_in_lifetime)
        )

    def _at_most(self, span: timedelta) -> str:
        words = self.language.translate("%(span)s at most")
        return words % {"span": self.language.span(span)}
