"""What is remembered of the JSON texts of sessions."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tornado_app.sessions import parsing, values
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


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "Ada","cart":[{"n":1}]}',
        '{"name":"Ada", "cart":[{"n":1}]}',
        '{"name":"Ada","cart":[{"n":1}] }',
        '{"name" :"Ada","cart":[{"n":1}]}',
        '{ "name":"Ada","cart":[{"n":1}]}',
        '{"name":"Eve","name":"Ada","cart":[{"n":1}]}',
    ],
)
def test_what_others_have_written_is_joined_as_well(text):
    assert (
        parsing.joined(parsing.parse(text), {"new": "1"})
        == '{"name":"Ada","cart":[{"n":1}],"new":1}'
    )


KEYS = st.sampled_from(["a", "b", "", ",", ":", "é", '"', "\\", 'b"a', "a\\"])
LEAVES = st.none() | st.integers(0, 20) | st.floats(0, 1) | KEYS
OBJECTS = st.dictionaries(
    KEYS,
    LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(KEYS, LEAVES, max_size=2),
    max_size=4,
)


@given(data=OBJECTS, changes=OBJECTS)
def test_whatever_is_joined_says_what_was_there_and_what_changed(data, changes):
    texts = {key: values.encode(key, value) for key, value in changes.items()}

    parsed = parsing.Parsed(values.encode_object(data), data)
    text = parsing.joined(parsed, texts)

    assert text == values.encode_object(data | changes)
    assert parsing.joined(parsing.parse(text), texts) == text


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ('{"a": 1,"in":{"a":1}}', '{"a":2,"in":{"a":1}}'),
        ('{"in":{"a":1},"a":1}', '{"in":{"a":1},"a":2}'),
        ('{"\\u0061":1,"in":{"a":1}}', '{"a":2,"in":{"a":1}}'),
        ('{"b\\"a":1,"a": 1}', '{"b\\"a":1,"a":2}'),
        ('{"b":"a","a":1}', '{"b":"a","a":2}'),
        ('{"a":1,"b":", \\"a\\":1"}', '{"a":2,"b":", \\"a\\":1"}'),
        ('{"a":1e0}', '{"a":2}'),
        ('{"a":1.0,"b":2}', '{"a":2,"b":2}'),
        ('{"a":1.50}', '{"a":2}'),
        ('{"a": {"b":1},"c":2}', '{"a":2,"c":2}'),
        ('{"a":1.5e0,"b":2}', '{"a":2,"b":2}'),
    ],
)
def test_a_change_meets_its_own_key_and_nothing_that_looks_like_it(text, joined):
    assert parsing.joined(parsing.parse(text), {"a": "2"}) == joined


@pytest.fixture
def encoded(monkeypatch):
    """The key of each value that is encoded."""
    keys, real = [], values.encode

    def encode(key, value):
        keys.append(key)
        return real(key, value)

    monkeypatch.setattr(values, "encode", encode)
    return keys


def test_of_a_session_that_comes_again_only_what_changes_is_encoded(encoded):
    tracked = TrackedValues('{"name":"Ada","cart":[{"n":1}]}')

    tracked.set("name", "Eve", limit_bytes=100)
    tracked.as_object(tracked.changes())

    assert set(encoded) == {"name"}


@pytest.mark.parametrize("key", [",", ":", '","', ""])
def test_a_key_is_not_taken_for_what_stands_between_two_others(key):
    data = {"x": "x", ":None": ":", "": "", "y": ["y"]}
    data.pop(key, None)

    text = parsing.joined(
        parsing.parse(values.encode_object(data)), {key: "1", "x": '"z"'}
    )

    assert json.loads(text) == data | {key: 1, "x": "z"}


def test_a_new_key_is_not_found_across_two_others():
    text = parsing.joined(parsing.parse('{"x":"x",":None":1}'), {",": "5"})

    assert json.loads(text) == {"x": "x", ":None": 1, ",": 5}


def test_where_another_change_follows_all_pairs_become_known():
    first = parsing.joined(parsing.parse('{"n":1,"name":"Ada"}'), {"n": "2"})
    second = parsing.joined(parsing.parse(first), {"n": "3"})

    assert second == '{"n":3,"name":"Ada"}'
    assert parsing._known[second].pairs == {"n": '"n":3', "name": '"name":"Ada"'}


def test_a_list_that_is_looked_at_is_encoded_once_for_what_it_was(encoded):
    tracked = TrackedValues('{"name":"Ada","cart":[{"n":1}]}')

    tracked.get("cart").append(2)
    tracked.changes()

    assert encoded == ["cart", "cart"]


def test_what_was_joined_is_known_as_what_it_says():
    text = parsing.joined(parsing.parse(TEXT), {"cart": '[{"n":2}]', "name": None})

    known = parsing._known[text]

    assert known.values == json.loads(text)
    assert parsing.joined(known, {}) == text


def test_what_a_change_made_is_known_in_place_of_what_it_was_made_of():
    text = parsing.joined(parsing.parse(TEXT), {"name": '"Eve"'})

    assert list(parsing._known) == [text]


def test_what_it_was_made_of_stays_as_it_was_for_others_who_look_at_it():
    parsed = parsing.parse(TEXT)

    parsing.joined(parsed, {"name": '"Eve"', "new": "1"})

    assert parsing.joined(parsed, {}) == TEXT


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
