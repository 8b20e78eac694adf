"""A ready cookie is, to the letter, what Tornado would send."""

from enum import Enum
from http.cookies import CookieError
from itertools import product
from types import SimpleNamespace

import pytest
from tornado.httputil import HTTPServerRequest, RequestStartLine
from tornado.web import Application, RequestHandler

from tornado_app.sessions import SessionPolicy, ids
from tornado_app.sessions.cookie import write_cookie
from tornado_app.sessions.ready_cookie import set_quickly

SIGNED = "2|1:0|10:1795838047|7:session|80:RUhuTUxaQ1BTZnFa|2ac93621d56f7a62"
ATTRIBUTES = {
    "domain": [None, "app.example"],
    "path": ["/", "/shop", ""],
    "max_age": [None, 0, 1_209_600],
    "httponly": [True, False],
    "secure": [True, False],
    "samesite": [None, "Lax", "Strict"],
}


class Handler(RequestHandler):
    """Signs everything alike, whatever the time."""

    signed = SIGNED

    def create_signed_value(self, name, value, version=None):
        return self.signed.encode()


class Stricter(Handler):
    def set_cookie(self, name, value, *args, **attributes):
        super().set_cookie(name, value, *args, **attributes | {"samesite": "Strict"})


class Longer(Handler):
    def set_secure_cookie(self, name, value, *args, **attributes):
        super().set_secure_cookie(name, value, *args, **attributes | {"max_age": 99})


def new(kind):
    connection = SimpleNamespace(set_close_callback=lambda callback: None)
    line = RequestStartLine("GET", "/", "HTTP/1.0")
    request = HTTPServerRequest(start_line=line, connection=connection)
    return kind(Application(), request)


def lines_of(handler):
    return [cookie.OutputString(None) for cookie in handler._new_cookie.values()]


def by_tornado(name, **attributes):
    handler = new(Handler)
    handler.set_secure_cookie(name, "id", expires_days=None, **attributes)
    return lines_of(handler)


def test_it_is_what_tornado_sends():
    for values in product(*ATTRIBUTES.values()):
        attributes = dict(zip(ATTRIBUTES, values, strict=True))
        handler = new(Handler)

        assert set_quickly(handler, "session", "id", attributes)

        assert lines_of(handler) == by_tornado("session", **attributes)


def test_the_last_one_of_a_name_counts_and_comes_last():
    handler = new(Handler)
    handler.set_cookie("session", "before")
    handler.set_cookie("other", "x")

    set_quickly(handler, "session", "id", {})

    assert lines_of(handler) == ["other=x; Path=/", f"session={SIGNED}; Path=/"]


def test_what_only_looks_alike_is_not_taken_for_the_same():
    lax = Enum("Lax", {"LAX": "Lax"}, type=str).LAX
    set_quickly(new(Handler), "session", "id", {"samesite": lax})
    handler = new(Handler)

    set_quickly(handler, "session", "id", {"samesite": "Lax"})

    assert lines_of(handler) == by_tornado("session", samesite="Lax")


@pytest.mark.parametrize("signed", ["two words", "a;b", '"', "a=", "a/b", "", "\r\n"])
def test_what_may_be_quoted_is_left_to_tornado(signed):
    handler = new(Handler)
    handler.signed = signed

    assert not set_quickly(handler, "session", "id", {})
    assert not hasattr(handler, "_new_cookie")


@pytest.mark.parametrize(
    ("kind", "attribute"), [(Stricter, "SameSite=Strict"), (Longer, "Max-Age=99")]
)
def test_a_way_of_the_handlers_own_is_kept(kind, attribute):
    handler = new(kind)

    write_cookie(handler, SessionPolicy(), ids.new_id(), None)

    (line,) = lines_of(handler)
    assert attribute in line.split("; ")


def test_a_handler_that_can_set_no_cookie_any_more_refuses():
    """As Tornado's does once it is a WebSocket."""

    def refuse(*args, **attributes):
        raise RuntimeError("too late")

    handler = new(Handler)
    handler.set_cookie = refuse

    with pytest.raises(RuntimeError, match="too late"):
        write_cookie(handler, SessionPolicy(), ids.new_id(), None)


@pytest.mark.parametrize(
    ("name", "attributes"),
    [
        ("se ssion", {}),
        ("se;ssion", {}),
        ("session", {"path": "/; Domain=evil.example"}),
        ("session", {"domain": "a\nb"}),
        ("session", {"samesite": "Lax;"}),
    ],
)
def test_what_tornado_refuses_is_refused(name, attributes):
    with pytest.raises(CookieError):
        set_quickly(new(Handler), name, "id", attributes)


def test_what_counts_as_plain_is_sent_as_it_is():
    handler, tornados = new(Handler), new(Handler)
    for code in range(33, 127):
        handler.signed = tornados.signed = chr(code)
        if set_quickly(handler, "session", "id", {}):
            tornados.set_secure_cookie("session", "id", expires_days=None)
            assert lines_of(handler) == lines_of(tornados)
