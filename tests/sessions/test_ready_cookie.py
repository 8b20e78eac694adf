"""A ready cookie is, to the letter, what Tornado would send."""

import time
from enum import Enum
from http.cookies import CookieError
from itertools import product
from types import SimpleNamespace

import pytest
from tornado.httputil import HTTPServerRequest, RequestStartLine
from tornado.web import Application, RequestHandler

from tornado_app.sessions import SessionPolicy, ids, signing_settings
from tornado_app.sessions.cookie import write_cookie
from tornado_app.sessions.ready_cookie import set_quickly

SECRET = "0123456789abcdef0123456789abcdef"
ID = "Aq-_" * 15
ATTRIBUTES = {
    "domain": [None, "app.example"],
    "path": ["/", "/shop", ""],
    "max_age": [None, 0, 1_209_600],
    "httponly": [True, False],
    "secure": [True, False],
    "samesite": [None, "Lax", "Strict"],
}


class Stricter(RequestHandler):
    def set_cookie(self, name, value, *args, **attributes):
        super().set_cookie(name, value, *args, **attributes | {"samesite": "Strict"})


class Longer(RequestHandler):
    def set_secure_cookie(self, name, value, *args, **attributes):
        super().set_secure_cookie(name, value, *args, **attributes | {"max_age": 99})


class Signer(RequestHandler):
    def create_signed_value(self, name, value, version=None):
        return b"signed-by-hand"


class Adder(RequestHandler):
    def add_header(self, name, value):
        super().add_header(name, f"{value}; Priority=High")


@pytest.fixture(autouse=True)
def _one_second(monkeypatch):
    """Both sign in the same one."""
    monkeypatch.setattr(time, "time", lambda: 1_795_838_047.5)


def new(kind=RequestHandler, **settings):
    connection = SimpleNamespace(set_close_callback=lambda callback: None)
    line = RequestStartLine("GET", "/", "HTTP/1.0")
    request = HTTPServerRequest(start_line=line, connection=connection)
    return kind(Application(**signing_settings(SECRET) | settings), request)


def lines_of(handler):
    """What leaves, in its order: Tornado adds the cookies that it keeps at the end."""
    kept = getattr(handler, "_new_cookie", {}).values()
    at_once = handler._headers.get_list("Set-Cookie")
    return [*at_once, *(cookie.OutputString(None) for cookie in kept)]


def by_tornado(name, value=ID, **attributes):
    handler = new()
    handler.set_secure_cookie(name, value, expires_days=None, **attributes)
    return lines_of(handler)


def test_it_is_what_tornado_sends():
    for values in product(*ATTRIBUTES.values()):
        attributes = dict(zip(ATTRIBUTES, values, strict=True))
        handler = new()

        assert set_quickly(handler, "session", ID, attributes)

        assert lines_of(handler) == by_tornado("session", **attributes)


def test_the_last_one_of_a_name_counts():
    handler = new()
    handler.set_cookie("session", "before")
    handler.set_cookie("other", "x")

    set_quickly(handler, "session", ID, {})

    assert lines_of(handler) == [*by_tornado("session"), "other=x; Path=/"]


def test_a_header_of_the_handlers_own_stays():
    handler = new()
    handler.add_header("Set-Cookie", "mine=x")

    set_quickly(handler, "session", ID, {})

    assert lines_of(handler) == ["mine=x", *by_tornado("session")]


def test_what_only_looks_alike_is_not_taken_for_the_same():
    lax = Enum("Lax", {"LAX": "Lax"}, type=str).LAX
    set_quickly(new(), "session", ID, {"samesite": lax})
    handler = new()

    set_quickly(handler, "session", ID, {"samesite": "Lax"})

    assert lines_of(handler) == by_tornado("session", samesite="Lax")


@pytest.mark.parametrize("value", ["a", "ab", "ab?"])
def test_what_is_quoted_is_left_to_tornado(value):
    handler = new()

    assert not set_quickly(handler, "session", value, {})
    assert not lines_of(handler)
    assert '"' in by_tornado("session", value)[0]


@pytest.mark.parametrize("character", "!#$%&'*+-.^_`|~:aZ0")
def test_every_name_that_a_cookie_may_have(character):
    handler, name = new(), f"a{character}"

    assert set_quickly(handler, name, ID, {})

    assert lines_of(handler) == by_tornado(name)


@pytest.mark.parametrize(
    "settings", [{"cookie_secret": None}, {"key_version": None}, {"key_version": 1}]
)
def test_what_tornado_cannot_sign_is_left_to_it(settings):
    handler = new(**settings)

    assert not set_quickly(handler, "session", ID, {})
    with pytest.raises(Exception, match=r"secret|key_version|1"):
        write_cookie(handler, SessionPolicy(), ID, None)


@pytest.mark.parametrize(
    ("kind", "attribute"), [(Stricter, "SameSite=Strict"), (Longer, "Max-Age=99")]
)
def test_a_way_of_the_handlers_own_is_kept(kind, attribute):
    handler = new(kind)

    write_cookie(handler, SessionPolicy(), ids.new_id(), None)

    (line,) = lines_of(handler)
    assert attribute in line.split("; ")


def test_a_header_is_added_in_the_handlers_own_way():
    handler = new(Adder)

    write_cookie(handler, SessionPolicy(), ids.new_id(), None)

    assert not handler._headers.get_list("Set-Cookie"), "Tornado adds it at the end"
    assert "session" in handler._new_cookie


def test_a_signature_of_the_handlers_own_is_kept():
    handler = new(Signer)

    write_cookie(handler, SessionPolicy(), ID, None)

    (line,) = lines_of(handler)
    assert line.startswith("session=signed-by-hand; ")


def test_a_handler_that_can_set_no_cookie_any_more_refuses():
    """As Tornado's does once it is a WebSocket."""

    def refuse(*args, **attributes):
        raise RuntimeError("too late")

    handler = new()
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
        set_quickly(new(), name, ID, attributes)


def test_every_new_id_is_sent_as_it_is():
    for _ in range(300):
        handler, session_id = new(), ids.new_id()

        assert set_quickly(handler, "__Host-session", session_id, {"secure": True})

        expected = by_tornado("__Host-session", session_id, secure=True)
        assert lines_of(handler) == expected
