r"""One cookie: read strictly from the raw header, written as `set_secure_cookie` does.

Tornado's own parser lets the last duplicate win and trims ``\xa0`` and ``\x85`` from
names, so a cookie that a sibling domain plants could pose as ours. Here a name counts
only if it is the same octet for octet, and two of them count as none.
"""

import copy
import hashlib
import logging
import re
from datetime import timedelta
from typing import Any

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import RequestHandler

from . import ids
from .ids import NOTHING, Presented, Rejection, rejected
from .oldest import oldest
from .policy import LONGEST_COOKIE, SessionPolicy
from .ready_cookie import set_quickly

# Tornado's signed value, format 2: version, key, time, name, value, signature.
_SIGNED = re.compile(
    r"2\|\d{1,2}:\d+\|\d{1,2}:(\d{1,12})\|\d+:[^|]+\|\d+:[^|]+\|[0-9a-f]{64}"
)
_MOST_COOKIE_BYTES = 4096  # RFC 6265bis §5.6: browsers send no larger one
_SECOND = timedelta(seconds=1)
_AGES_DAYS = 36_500  # the record decides how long a session lives, not its cookie


class VerifiedCookies:
    """Remembers the cookies of one policy that were verified lately.

    A good signature stays good, and checking it anew is a third of what a session
    costs. Only the secrets can make it bad, so with other secrets everything is
    forgotten. With the records that they opened all stay below some forty megabytes.
    """

    def __init__(self, most: int = 4096) -> None:
        self._most = most
        self._secret: Any = None
        self._known: dict[tuple[str, str], Presented] = {}

    def get(self, protocol: str, pair: str, secret: Any) -> Presented | None:
        """Return what ``name=value`` said when it was verified with *secret*.

        It came by the same *protocol* then: by another its name may not count.
        """
        if secret != self._secret:
            self._known.clear()
            self._secret = copy.copy(secret)
        return self._known.get((protocol, pair))

    def put(self, protocol: str, pair: str, presented: Presented) -> None:
        """Remember *pair*, and forget those that are known longest if it is full."""
        if len(self._known) >= self._most:
            for old in oldest(self._known):
                del self._known[old]
        self._known[protocol, pair] = presented


def signing_settings(*secrets: str) -> dict[str, Any]:
    """Return Tornado's settings for several cookie secrets.

    The first signs, all verify. Each is numbered by its own content and not by its
    place, so a new first secret leaves the cookies of the others valid.

    Raises ValueError for no secret, one below 32 bytes, or one given twice.
    """
    numbered = {_number(secret): secret for secret in secrets}
    if not secrets or len(numbered) != len(secrets):
        raise ValueError(f"want at least one secret, each once; got {len(secrets)}")
    for secret in secrets:
        if len(secret.encode()) < 32:
            raise ValueError("want secrets of at least 32 bytes; make a longer one")
    return {"cookie_secret": numbered, "key_version": _number(secrets[0])}


def cookie_name(policy: SessionPolicy, request: HTTPServerRequest) -> str:
    """Return the name for *request*, with ``__Host-`` where browsers allow it."""
    return policy.cookie_name_for(is_secure(policy, request))


def is_secure(policy: SessionPolicy, request: HTTPServerRequest) -> bool:
    """Tell whether the cookie of *request* is for https alone."""
    if policy.cookie_secure == "auto":
        return request.protocol == "https"
    return policy.cookie_secure


def read_cookie(
    handler: RequestHandler, policy: SessionPolicy, verified: VerifiedCookies
) -> Presented:
    """Return the session id that the request came with, if there is just one."""
    request, lines = handler.request, handler.request.headers.get_list("Cookie")
    if not lines:
        return NOTHING
    secret = handler.application.settings.get("cookie_secret")
    if len(lines) == 1 and ";" not in lines[0]:  # the usual: one cookie is the line
        known = verified.get(request.protocol, lines[0], secret)
        if known is not None:
            return known
    name = policy.cookie_name_for(is_secure(policy, request))
    found = raw_pairs(request.headers, name)
    if not found:
        return NOTHING
    if len(found) > 1:
        return rejected(Rejection.DUPLICATED, f"{len(found)} cookies named {name}")
    pair = found[0]
    known = verified.get(request.protocol, pair, secret)
    if known is not None:
        return known
    presented = _verify(handler, name, _unquoted(pair[len(name) + 1 :]))
    if presented.session_id is not None:
        verified.put(request.protocol, pair, presented)
    return presented


def write_cookie(
    handler: RequestHandler,
    policy: SessionPolicy,
    session_id: str,
    lifetime: timedelta | None,
) -> None:
    """Send *session_id*; *lifetime* None: until the browser ends."""
    secure = is_secure(policy, handler.request)
    name = policy.cookie_name_for(secure)
    attributes = _attributes(policy, secure=secure)
    if lifetime is not None:
        # Whole seconds, rounded up: it never ends before its session.
        lifetime = min(lifetime, LONGEST_COOKIE)
        attributes["max_age"] = -(-lifetime // _SECOND)
    if policy.cookie_partitioned or not set_quickly(
        handler, name, session_id, attributes
    ):
        handler.set_secure_cookie(name, session_id, expires_days=None, **attributes)
        _partition(handler, policy, name)


def clear_cookie(handler: RequestHandler, policy: SessionPolicy) -> None:
    """Tell the browser to forget the cookie."""
    secure = is_secure(policy, handler.request)
    name = policy.cookie_name_for(secure)
    handler.clear_cookie(name, **_attributes(policy, secure=secure))
    _partition(handler, policy, name)


def raw_pairs(headers: HTTPHeaders, name: str) -> list[str]:
    """Return ``name=value`` of each cookie with just this *name*, in all headers.

    Only blanks and tabs are trimmed (RFC 6265 §5.4 as browsers write it).
    """
    prefix, pairs = f"{name}=", list[str]()
    for line in headers.get_list("Cookie"):
        for chunk in line.split(";"):
            if prefix in chunk and (pair := chunk.strip(" \t")).startswith(prefix):
                pairs.append(pair)
    return pairs


def _unquoted(text: str) -> str:
    quoted = len(text) >= 2 and text[0] == text[-1] == '"'
    return text[1:-1] if quoted else text


def _verify(handler: RequestHandler, name: str, text: str) -> Presented:
    # Only what Tornado would have written reaches its decoder, which fails on some of
    # the rest when there are several secrets.
    match = _SIGNED.fullmatch(text) if len(text) <= _MOST_COOKIE_BYTES else None
    if match is None:
        return rejected(Rejection.MALFORMED)
    value = handler.get_secure_cookie(
        name, value=text, max_age_days=_AGES_DAYS, min_version=2
    )
    session_id = "" if value is None else value.decode("latin-1")
    if not ids.is_id(session_id):
        return rejected(Rejection.UNSIGNED)
    return ids.found(session_id, int(match[1]))


def _number(secret: str) -> int:
    return int.from_bytes(hashlib.sha256(secret.encode()).digest()[:4])


def _attributes(policy: SessionPolicy, *, secure: bool) -> dict[str, Any]:
    return {
        "domain": policy.cookie_domain,
        "path": policy.cookie_path,
        "secure": secure,
        "httponly": policy.cookie_httponly,
        "samesite": policy.cookie_samesite,
    }


def _partition(handler: RequestHandler, policy: SessionPolicy, name: str) -> None:
    if not policy.cookie_partitioned:
        return
    # Python's own class knows this attribute (CHIPS) from 3.14 on.
    plain = handler._new_cookie.pop(name).OutputString(None)
    handler.add_header("Set-Cookie", f"{plain}; Partitioned")


class CookieFilter(logging.Filter):
    """Keeps header values out of Tornado's line about a malformed request.

    A control character in the Cookie header makes ``tornado.general`` log it whole.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if message.startswith("Malformed HTTP message"):
            record.msg = re.sub(r"""['"].*""", "(not shown)", message, flags=re.DOTALL)
            record.args = ()
        return True


COOKIE_FILTER = CookieFilter()
"""One for all, since a logger takes the same filter only once."""
