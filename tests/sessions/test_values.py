"""What a session may hold."""

import enum
import json
import math
from collections import OrderedDict, defaultdict, namedtuple
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tornado_app.sessions import values

Point = namedtuple("Point", "x y")
Colour = enum.IntEnum("Colour", ["RED"])


def lists(depth):
    """A list in a list, *depth* levels of them."""
    value = []
    for _ in range(depth - 1):
        value = [value]
    return value


def objects(depth):
    value = {}
    for _ in range(depth - 1):
        value = {"in": value}
    return value


def loop():
    value = []
    value.append({"again": value})
    return value


TAKEN = {
    "null": (None, None),
    "true": (True, True),
    "whole number": (-(2**100), -(2**100)),
    "fraction": (0.1, 0.1),
    "largest number": (1.7976931348623157e308, 1.7976931348623157e308),
    "text": ("Zoë \0 😀", "Zoë \0 😀"),
    "list": ([1, [2]], [1, [2]]),
    "tuple": ((1, (2, {"a": (3,)})), [1, [2, {"a": [3]}]]),
    "named tuple": (Point(1, 2), [1, 2]),
    "object": ({"": {"a": None}}, {"": {"a": None}}),
    "ordered dict": (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
    "default dict": (defaultdict(list, a=[1]), {"a": [1]}),
    "number with a name": (Colour.RED, 1),
    "deepest lists": (lists(64), lists(64)),
    "deepest objects": (objects(64), objects(64)),
}
REFUSED = {
    "not a number": (math.nan, ValueError, "not JSON compliant"),
    "infinity": ([1, math.inf], ValueError, "not JSON compliant"),
    "minus infinity": ({"a": -math.inf}, ValueError, "not JSON compliant"),
    "lone surrogate": ("\ud800", ValueError, "lone surrogate"),
    "lone surrogate inside": ([{"a": "\udfff"}], ValueError, "lone surrogate"),
    "lone surrogate as key": ({"\ud800": 1}, ValueError, "lone surrogate"),
    "bytes": (b"x", TypeError, "no bytes"),
    "bytes inside": ({"a": [b"x"]}, TypeError, "no bytes"),
    "instant": (datetime(2026, 1, 1, tzinfo=UTC), TypeError, "no datetime"),
    "date": (date(2026, 1, 1), TypeError, "no date"),
    "duration": (timedelta(1), TypeError, "no timedelta"),
    "decimal": (Decimal(1), TypeError, "no Decimal"),
    "complex": (1j, TypeError, "no complex"),
    "uuid": (UUID(int=1), TypeError, "no UUID"),
    "path": (Path("/"), TypeError, "no PosixPath"),
    "set": ({1}, TypeError, "no set"),
    "generator": ((n for n in [1]), TypeError, "no generator"),
    "object of a class": (object(), TypeError, "no object"),
    "class": (int, TypeError, "no type"),
    "number as key": ({1: "a"}, TypeError, "key 1 inside is no text"),
    "null as key": ([{None: 1}], TypeError, "key None inside is no text"),
    "truth as key": ({True: 1}, TypeError, "key True inside is no text"),
    "lists too deep": (lists(65), ValueError, "more than 64 levels"),
    "objects too deep": (objects(65), ValueError, "more than 64 levels"),
    "tuples too deep": ((lists(64),), ValueError, "more than 64 levels"),
    "much too deep": (lists(5000), ValueError, "more than 64 levels"),
    "itself": (loop(), ValueError, "more than 64 levels"),
    "too many digits": (10**5000, ValueError, "digits"),
}


@pytest.mark.parametrize(("value", "read"), TAKEN.values(), ids=TAKEN)
def test_what_json_can_hold_is_read_back_as_it_was(value, read):
    text = values.encode("key", value)

    again = json.loads(text)
    assert again == read
    assert type(again) is type(read)


@pytest.mark.parametrize(("value", "error", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_json_cannot_hold_is_refused_with_the_name_of_its_key(
    value, error, reason
):
    with pytest.raises(error, match=reason) as caught:
        values.encode("the key", value)

    assert type(caught.value) is error
    assert str(caught.value).startswith("cannot keep session['the key']: ")


def test_the_text_is_the_shortest_and_not_escaped():
    assert values.encode("key", {"a": [1, "é"]}) == '{"a":[1,"é"]}'


@pytest.mark.parametrize("key", [1, None, b"name", ("a",), True])
def test_a_key_that_is_no_text_is_refused(key):
    with pytest.raises(TypeError, match="want text as a session key"):
        values.check_key(key)


def test_a_key_with_a_lone_surrogate_is_refused():
    with pytest.raises(ValueError, match="holds a lone surrogate"):
        values.check_key("a\ud800")


@pytest.mark.parametrize("key", ["", "\0", "é", "😀", "a.b", "__proto__"])
def test_every_other_text_is_a_key(key):
    values.check_key(key)


@pytest.mark.parametrize("value", [[1, {"a": [2]}], {"a": []}, "text", None])
def test_what_holds_no_tuple_is_not_copied(value):
    assert values.without_tuples(value) is value


def test_only_what_holds_a_tuple_is_copied():
    kept = {"b": [1]}

    plain = values.without_tuples([kept, (kept, 2)])

    assert plain == [kept, [kept, 2]]
    assert plain[0] is kept
    assert plain[1][0] is kept


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(), inner)
        | st.tuples(inner, inner)
        | st.tuples()
    ),
    max_leaves=20,
)


@given(ANYTHING)
def test_every_value_is_shown_at_once_as_it_will_be_read_back(value):
    text = values.encode("key", value)

    assert json.loads(text) == values.without_tuples(value)
    assert values.encode("key", json.loads(text)) == text
