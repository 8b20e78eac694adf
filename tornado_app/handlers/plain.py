"""Owns what every response has: headers, a request id, an error page."""

import functools
import logging
import secrets
from datetime import datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, cast
from zoneinfo import ZoneInfo

from tornado.log import access_log
from tornado.web import HTTPError, RequestHandler

from tornado_app.assets import Assets
from tornado_app.date_styles import with_dates
from tornado_app.handlers.errors import error_text
from tornado_app.handlers.next_page import next_page
from tornado_app.i18n import Language, Languages
from tornado_app.loggable import loggable_path
from tornado_app.preferences import Preferences
from tornado_app.security import security_headers
from tornado_app.themes import PAGE_COLORS

_log = logging.getLogger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""What asks for a page and changes nothing (RFC 9110 §9.2.1)."""


class PlainHandler(RequestHandler):
    """Answers without a session, so also when the store is down."""

    form_url = "/"
    """Where to go on from an error page: the page that a refused form came from."""

    def set_default_headers(self) -> None:
        # Also called for error pages. No version banner: it only helps attackers.
        self.clear_header("Server")
        self.set_header("X-Request-Id", self.request_id)
        hsts = self.settings["hsts"]
        for name, value in security_headers(https=self.is_https, hsts=hsts).items():
            self.set_header(name, value)

    @functools.cached_property
    def request_id(self) -> str:
        """Names this request on its error page and in the log."""
        return secrets.token_hex(8)

    @property
    def is_https(self) -> bool:
        return self.request.protocol == "https"

    @property
    def languages(self) -> Languages:
        return cast(Languages, self.settings["languages"])

    @property
    def language(self) -> Language:
        return with_dates(cast(Language, self.locale), self.preferences.date_style)

    @property
    def preferences(self) -> Preferences:
        """The defaults; a handler with a session knows better."""
        return Preferences()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.preferences.time_zone or "UTC")

    @property
    def now(self) -> datetime:
        return cast(datetime, self.settings["sessions"].clock())

    def get_user_locale(self) -> Language | None:
        return self.languages.get(self.preferences.language)

    def get_browser_locale(self, default: str = "en") -> Language:
        return self.languages.closest(self.request.headers.get("Accept-Language", ""))

    def get_template_namespace(self) -> dict[str, Any]:
        assets = cast(Assets, self.settings["assets"])
        preferences = self.preferences
        return super().get_template_namespace() | {
            "account": None,
            "may_sign_in": False,
            "asset_url": assets.url,
            "ending": None,
            "flashes": (),
            "language": self.language,
            "page_colors": PAGE_COLORS[preferences.theme],
            "preferences": preferences,
        }

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """Tornado's own message has the text in it, and is logged."""
        try:
            return super().decode_argument(value, name)
        except HTTPError as exc:
            raise HTTPError(400, "Invalid unicode in %s", name or "the URL") from exc

    def compute_etag(self) -> str | None:
        # A page's tokens are never the same twice, so neither is the page.
        return None

    async def head(self, *args: str) -> None:
        answer = self.get(*args)
        if answer is not None:
            await answer

    @classmethod
    def allowed_methods(cls) -> list[str]:
        """The methods this page answers, for the Allow header (RFC 9110 §10.2.1)."""
        names = [name for name in cls.SUPPORTED_METHODS if _implements(cls, name)]
        return [name for name in names if name != "HEAD" or "GET" in names]

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", ", ".join(self.allowed_methods()))
        self.set_header("Cache-Control", "no-store")
        if self._wants_json():
            self.finish(self._error_as_json(status_code))
            return

        self.render(
            "error.html",
            status=status_code,
            text=error_text(status_code),
            again=self._this_page(),
            page="error",
        )

    def _this_page(self) -> str:
        """Where the visitor is: this address, or the page of the form that came."""
        shown = self.request.method in SAFE_METHODS
        return next_page(self.request.uri if shown else self.form_url)

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if not isinstance(value, HTTPError):
            _log.error("%s failed", self._request_summary(), exc_info=value)
        elif reason := value.get_message():
            # A refused form may be somebody's attack; the rest is only worth knowing.
            level = logging.WARNING if value.status_code == 403 else logging.INFO
            text = "%s got a %d: %s"
            _log.log(level, text, self._request_summary(), value.status_code, reason)

    def _request_summary(self) -> str:
        # Without the URL's query: what people send does not belong in a log.
        request = self.request
        method, address = request.method, request.remote_ip
        path = loggable_path(request.path)
        return f"{method} {path} ({address}) request {self.request_id}"

    def _wants_json(self) -> bool:
        accept = self.request.headers.get("Accept", "")
        return "application/json" in accept and "text/html" not in accept

    def _error_as_json(self, status: int) -> dict[str, Any]:
        phrase = HTTPStatus(status).phrase
        return {"error": phrase, "status": status, "request_id": self.request_id}


def log_request(handler: RequestHandler) -> None:
    """One line for each response; Tornado calls it when the response is out."""
    status = handler.get_status()
    level = logging.INFO if status < 400 else logging.WARNING
    access_log.log(
        level if status < 500 else logging.ERROR,
        "%d %s %.2fms",
        status,
        handler._request_summary(),
        1000.0 * handler.request.request_time(),
    )


def _implements(handler: type[RequestHandler], method: str) -> bool:
    name = method.lower()
    return getattr(handler, name) is not getattr(RequestHandler, name)
