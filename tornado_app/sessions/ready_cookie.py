"""A cookie for the response whose text is ready, but for its signed value."""

import functools
from types import SimpleNamespace
from typing import Any

from tornado.httputil import HTTPHeaders
from tornado.web import RequestHandler

from .signing import sign

_SET_SECURE_COOKIE = RequestHandler.set_secure_cookie
_SIGN = RequestHandler.create_signed_value
_SET_COOKIE = RequestHandler.set_cookie
_ADD_HEADER = RequestHandler.add_header


def set_quickly(
    handler: RequestHandler, name: str, value: str, attributes: dict[str, Any]
) -> bool:
    """Do quickly what ``set_secure_cookie(…, expires_days=None)`` does.

    False: nothing is done, for the handler has a way of its own or the value is quoted.
    """
    if not _is_tornados_own(handler):
        return False
    signed = sign(handler.application.settings, name, value)
    # Of what is signed `http.cookies` quotes nothing else: a name may not hold that.
    if signed is None or "=" in signed or "/" in signed:
        return False
    head, tail = _around_value(name, **attributes)
    others = getattr(handler, "_new_cookie", None)
    if others is not None:
        others.pop(name, None)  # the last one of a name counts
    _add_header(handler._headers, f"{head}{signed}{tail}")
    return True


def _add_header(headers: HTTPHeaders, cookie: str) -> None:
    """What Tornado has made and signed wants none of the checks of `add_header`."""
    if "Set-Cookie" in headers:
        headers.add("Set-Cookie", cookie)
    else:
        headers["Set-Cookie"] = cookie


def _is_tornados_own(handler: RequestHandler) -> bool:
    """Whether nobody has put anything in place of Tornado's methods."""
    return (
        getattr(handler.set_secure_cookie, "__func__", None) is _SET_SECURE_COOKIE
        and getattr(handler.set_cookie, "__func__", None) is _SET_COOKIE
        and getattr(handler.create_signed_value, "__func__", None) is _SIGN
        and getattr(handler.add_header, "__func__", None) is _ADD_HEADER
    )


@functools.lru_cache(64, typed=True)
def _around_value(name: str, **attributes: Any) -> tuple[str, str]:
    """What Tornado sends before and after the value; raises as it does."""
    nobody: Any = SimpleNamespace()
    RequestHandler.set_cookie(nobody, name, "x", **attributes)
    text: str = nobody._new_cookie[name].OutputString(None)
    begin = len(name) + 1
    return text[:begin], text[begin + 1 :]
