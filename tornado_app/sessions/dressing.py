"""What a session puts on its response: cookie, caching headers, explanation."""

import logging
from datetime import timedelta

from tornado.httputil import HTTPHeaders
from tornado.web import RequestHandler

from .cookie import clear_cookie, write_cookie
from .draft import Draft
from .errors import StoreUnavailableError
from .marks import LEAVE, Cookie
from .policy import LONGEST_COOKIE

_log = logging.getLogger(__name__)
_RETRY_AFTER_S = 1
_ABOUT_CACHES = {"Vary", "Cache-Control"}


def dress(
    handler: RequestHandler,
    draft: Draft | None,
    failure: BaseException | None,
) -> None:
    """Set what the response of *handler* says of its session, before it leaves."""
    if isinstance(failure, StoreUnavailableError):
        handler.set_status(503)
        handler.set_header("Retry-After", str(_RETRY_AFTER_S))
    if draft is None:
        return
    debug = handler.application.settings.get("debug", False)
    if debug or _log.isEnabledFor(logging.DEBUG):
        _explain(handler, draft, failure, on_response=debug)


def keep_out_of_caches(headers: HTTPHeaders) -> None:
    """Shared caches must not give one visitor's page or cookie to another."""
    if _ABOUT_CACHES.isdisjoint(headers):  # the usual, at half the price
        headers["Vary"] = "Cookie"
        headers["Cache-Control"] = "no-store"
        return
    vary = [part.strip() for part in headers.get("Vary", "").split(",")]
    if "*" not in vary and "cookie" not in [part.lower() for part in vary]:
        headers["Vary"] = ", ".join(filter(None, [*vary, "Cookie"]))
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"


def send_cookie(handler: RequestHandler, draft: Draft) -> None:
    """Set or clear the browser's cookie, as *draft* says; the headers leave now."""
    # Done first: should it fail, the error page must not fail by it again.
    cookie, draft.cookie = draft.cookie, LEAVE
    if cookie is Cookie.SET:
        lifetime = _cookie_lifetime(draft)
        write_cookie(handler, draft.policy, draft.cookie_id, lifetime)
    else:
        clear_cookie(handler, draft.policy)


def _cookie_lifetime(draft: Draft) -> timedelta | None:
    """How long the browser keeps the cookie: as long as the session can live."""
    policy, record = draft.policy, draft.record
    if not policy.cookie_persistent or record is None:
        return None
    if policy.rolling:
        return policy.expires_at(record) - draft.clock()
    ends_at = policy.clocks_of(record).ends_at
    return LONGEST_COOKIE if ends_at is None else ends_at - draft.clock()


def _explain(
    handler: RequestHandler,
    draft: Draft,
    failure: BaseException | None,
    *,
    on_response: bool,
) -> None:
    """Say why the session was found or is new, and what becomes of the cookie."""
    fate = draft.fate or ("unchanged" if draft.record else "new and empty, not kept")
    fate = "not stored, for the request failed" if failure else fate
    text = f"{draft.presented.reason}; {fate}; cookie {draft.cookie.value}"
    _log.debug("%s: session: %s", handler._request_summary(), text)
    if on_response:
        handler.set_header("X-Session", text)
