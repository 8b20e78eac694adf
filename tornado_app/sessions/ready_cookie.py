"""A cookie for the response whose text is ready, but for its signed value."""

import functools
import re
from collections.abc import Container
from http.cookies import Morsel, SimpleCookie
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tornado.web import RequestHandler

if TYPE_CHECKING:
    SomeMorsel = Morsel[Any]
else:
    SomeMorsel = Morsel

# What Tornado signs here has this form, and `http.cookies` sends it as it is.
_NEEDS_NO_QUOTES = re.compile(r"[\w|:+-]+", re.ASCII)
_SET_SECURE_COOKIE = RequestHandler.set_secure_cookie
_SET_COOKIE = RequestHandler.set_cookie


class ReadyCookie(SomeMorsel):
    """Takes the place of a `Morsel` on its way out: only its text can be asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    def OutputString(self, attrs: Container[str] | None = None) -> str:
        return self._text


def set_quickly(
    handler: RequestHandler, name: str, value: str, attributes: dict[str, Any]
) -> bool:
    """Do what ``set_secure_cookie(…, expires_days=None)`` does, in half the time.

    False: nothing is done, for the handler has a way of its own or the value is quoted.
    """
    if not _is_tornados_own(handler):
        return False
    signed = handler.create_signed_value(name, value).decode()
    if _NEEDS_NO_QUOTES.fullmatch(signed) is None:
        return False
    head, tail = _around_value(name, **attributes)
    cookies = handler.__dict__.setdefault("_new_cookie", SimpleCookie())
    cookies.pop(name, None)  # the last one of a name comes last
    cookies[name] = ReadyCookie(f"{head}{signed}{tail}")
    return True


def _is_tornados_own(handler: RequestHandler) -> bool:
    """Whether nobody has put anything in place of Tornado's methods."""
    secure, plain = handler.set_secure_cookie, handler.set_cookie
    return (
        getattr(secure, "__func__", None) is _SET_SECURE_COOKIE
        and getattr(plain, "__func__", None) is _SET_COOKIE
    )


@functools.lru_cache(64, typed=True)
def _around_value(name: str, **attributes: Any) -> tuple[str, str]:
    """What Tornado sends before and after the value; raises as it does."""
    nobody: Any = SimpleNamespace()
    RequestHandler.set_cookie(nobody, name, "x", **attributes)
    text: str = nobody._new_cookie[name].OutputString(None)
    begin = len(name) + 1
    return text[:begin], text[begin + 1 :]
