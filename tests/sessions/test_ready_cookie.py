"""A ready cookie is, to the letter, what Tornado would send."""

from http.cookies import CookieError
from itertools import product
from types import SimpleNamespace

import pytest
from tornado.web import RequestHandler

from tornado_app.sessions.ready_cookie import set_ready_cookie

SIGNED = "2|1:0|10:1795838047|7:session|80:RUhuTUxaQ1BTZnFa|2ac93621d56f7a62"
ATTRIBUTES = {
    "domain": [None, "app.example"],
    "path": ["/", "/shop", ""],
    "max_age": [None, 0, 1_209_600],
    "httponly": [True, False],
    "secure": [True, False],
    "samesite": [None, "Lax", "Strict"],
}


def lines_of(cookies):
    return [cookie.OutputString(None) for cookie in cookies.values()]


def by_tornado(name, value, **attributes):
    handler = SimpleNamespace()
    RequestHandler.set_cookie(handler, name, value, **attributes)
    return lines_of(handler._new_cookie)


def test_it_is_what_tornado_sends():
    for values in product(*ATTRIBUTES.values()):
        attributes = dict(zip(ATTRIBUTES, values, strict=True))
        handler = SimpleNamespace()

        assert set_ready_cookie(handler, "session", SIGNED.encode(), attributes)

        assert lines_of(handler._new_cookie) == by_tornado(
            "session", SIGNED, **attributes
        )


def test_the_last_one_of_a_name_counts_and_others_stay():
    handler = SimpleNamespace()
    RequestHandler.set_cookie(handler, "other", "x")
    RequestHandler.set_cookie(handler, "session", "before")

    set_ready_cookie(handler, "session", SIGNED, {})

    assert lines_of(handler._new_cookie) == [
        "other=x; Path=/",
        f"session={SIGNED}; Path=/",
    ]


@pytest.mark.parametrize(
    ("value", "attributes"),
    [
        ("two words", {}),
        ("a;b", {}),
        ('"', {}),
        ("a=", {}),
        ("ä", {}),
        ("", {}),
        (SIGNED, {"expires": 1_795_838_047}),
        (SIGNED, {"expires_days": 30}),
    ],
)
def test_what_is_quoted_or_ends_at_an_instant_is_left_to_tornado(value, attributes):
    handler = SimpleNamespace()

    assert not set_ready_cookie(handler, "session", value, attributes)
    assert vars(handler) == {}


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
        set_ready_cookie(SimpleNamespace(), name, SIGNED, attributes)


def test_python_and_tornado_send_its_value_as_it_is():
    """Whatever counts as plain: else it would have to be quoted."""
    plain = [chr(code) for code in range(33, 127)]
    for character in plain:
        handler = SimpleNamespace()
        if set_ready_cookie(handler, "session", character, {}):
            expected = by_tornado("session", character)
            assert lines_of(handler._new_cookie) == expected
