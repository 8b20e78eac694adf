"""What is remembered of the JSON texts of sessions."""

import json

import pytest

from tornado_app.sessions import parsing
from tornado_app.sessions.tracking import TrackedValues

TEXT = '{"name":"Ada","cart":[{"n":1}],"é\\"":null}'


@pytest.fixture(autouse=True)
def nothing_is_known(monkeypatch):
    monkeypatch.setattr(parsing, "_known", {})


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, TEXT),
        ({"name": '"Eve"'}, '{"name":"Eve","cart":[{"n":1}],"é\\"":null}'),
        ({"name": None, "new": "1"}, '{"cart":[{"n":1}],"é\\"":null,"new":1}'),
        ({"cart": "[]", "never": None}, '{"name":"Ada","cart":[],"é\\"":null}'),
    ],
)
def test_changes_are_joined_to_what_was_there(changes, text):
    assert parsing.joined(parsing.parse(TEXT), changes) == text


def test_what_was_joined_is_known_as_what_it_says():
    text = parsing.joined(parsing.parse(TEXT), {"cart": '[{"n":2}]', "name": None})

    known = parsing._known[text]

    assert known.values == json.loads(text)
    assert parsing.joined(known, {}) == text


def test_what_a_change_made_is_known_in_place_of_what_it_was_made_of():
    text = parsing.joined(parsing.parse(TEXT), {"name": '"Eve"'})

    assert list(parsing._known) == [text]


def test_a_number_is_decoded_as_json_says():
    assert [parsing.decoded(text) for text in ("0", "41", "-1", "4.0", "1e2")] == [
        0,
        41,
        -1,
        4.0,
        100.0,
    ]


def test_what_one_session_changes_in_place_no_other_sees():
    one, other = TrackedValues(TEXT), TrackedValues(TEXT)

    one.get("cart")[0]["n"] = 2

    assert other.get("cart") == [{"n": 1}]
    assert parsing.parse(TEXT).values == json.loads(TEXT)


def test_what_was_set_is_not_shared_with_the_next_request():
    one, cart = TrackedValues("{}"), [{"n": 1}]
    one.set("cart", cart, limit_bytes=100)
    text = one.as_object(one.changes())

    cart[0]["n"] = 2

    assert TrackedValues(text).get("cart") == [{"n": 1}]


def test_only_so_many_texts_are_known(monkeypatch):
    monkeypatch.setattr(parsing, "_MOST", 3)

    for number in range(5):
        parsing.parse(f"[{number}]")

    assert list(parsing._known) == ["[2]", "[3]", "[4]"]


def test_long_texts_are_not_remembered():
    text = f'{{"a":"{"x" * 3000}"}}'

    parsed = parsing.parse(text)
    parsing.joined(parsed, {"b": "1"})

    assert not parsing._known
