"""How changes to the values of a session are noticed."""

import json

import pytest

from tornado_app.sessions import SessionTooLargeError
from tornado_app.sessions.tracking import TrackedValues

STORED = '{"n":1,"cart":{"items":[1,2]},"gone":null}'


def setting(tracked, **changes):
    for key, value in changes.items():
        tracked.set(key, value, limit_bytes=1000)


@pytest.fixture
def tracked():
    return TrackedValues(STORED)


def test_reading_changes_nothing(tracked):
    assert tracked.get("n") == 1
    assert tracked.get("cart") == {"items": [1, 2]}
    assert sorted(tracked) == ["cart", "gone", "n"]
    assert len(tracked) == 3
    assert "gone" in tracked
    assert "other" not in tracked
    assert tracked.changes() == {}


def test_data_is_not_decoded_before_it_is_looked_at():
    tracked = TrackedValues("no JSON at all")

    assert tracked.changes() == {}
    with pytest.raises(json.JSONDecodeError):
        len(tracked)


def test_a_set_key_and_a_deleted_one_are_changes(tracked):
    setting(tracked, n=2, new="é")
    tracked.delete("gone")

    assert tracked.changes() == {"n": "2", "new": '"é"', "gone": None}


def test_setting_what_is_stored_already_is_no_change(tracked):
    setting(tracked, n=1, cart={"items": [1, 2]})

    assert tracked.changes() == {}


def test_a_number_of_another_kind_is_a_change(tracked):
    setting(tracked, n=1.0)

    assert tracked.changes() == {"n": "1.0"}


def test_a_key_that_came_and_went_is_no_change(tracked):
    setting(tracked, new=1)
    tracked.delete("new")

    assert tracked.changes() == {}


def test_a_nested_change_is_noticed(tracked):
    tracked.get("cart")["items"].append(3)

    assert tracked.changes() == {"cart": '{"items":[1,2,3]}'}


def test_a_nested_change_that_was_undone_is_none(tracked):
    items = tracked.get("cart")["items"]
    items.append(3)
    items.pop()

    assert tracked.changes() == {}


def test_a_change_to_what_was_set_earlier_is_noticed(tracked):
    mine = [1]
    setting(tracked, mine=mine)
    mine.append(2)

    assert tracked.changes() == {"mine": "[1,2]"}


def test_a_tuple_is_shown_as_the_list_that_it_will_be(tracked):
    setting(tracked, pair=(1, (2,)))

    assert tracked.get("pair") == [1, [2]]


def test_what_is_settled_is_no_change_any_more(tracked):
    setting(tracked, n=2)
    cart = tracked.get("cart")
    cart["items"].append(3)
    tracked.delete("gone")

    tracked.settle(tracked.changes())
    assert tracked.changes() == {}

    cart["items"].append(4)
    setting(tracked, gone=1)
    assert tracked.changes() == {"cart": '{"items":[1,2,3,4]}', "gone": "1"}


def test_what_is_settled_in_two_steps_is_all_settled(tracked):
    setting(tracked, n=2)
    tracked.settle(tracked.changes())
    setting(tracked, gone=1)
    tracked.settle(tracked.changes())

    assert tracked.changes() == {}


def test_what_changes_while_the_store_is_busy_is_still_a_change_afterwards(tracked):
    setting(tracked, n=2)
    under_way = tracked.changes()

    setting(tracked, n=3)
    tracked.settle(under_way)

    assert tracked.changes() == {"n": "3"}


def test_a_key_set_back_after_it_was_stored_is_a_change_again(tracked):
    setting(tracked, n=2)
    tracked.settle(tracked.changes())

    setting(tracked, n=1)

    assert tracked.changes() == {"n": "1"}


def test_what_json_cannot_hold_leaves_the_key_as_it_was(tracked):
    with pytest.raises(TypeError, match=r"session\['n'\]"):
        setting(tracked, n=b"bytes")

    assert tracked.get("n") == 1
    assert tracked.changes() == {}


@pytest.mark.parametrize("letter", ["x", "é"])
def test_a_value_over_the_limit_is_refused_and_one_at_the_limit_is_not(tracked, letter):
    limit_bytes = 2 + 8 * len(letter.encode())
    tracked.set("a", letter * 8, limit_bytes=limit_bytes)

    with pytest.raises(SessionTooLargeError):
        tracked.set("a", letter * 9, limit_bytes=limit_bytes)
    assert tracked.get("a") == letter * 8


def test_a_value_spoiled_in_place_is_refused_with_its_name(tracked):
    tracked.get("cart")["when"] = object()

    with pytest.raises(TypeError, match=r"cannot keep session\['cart'\]"):
        tracked.changes()


def test_an_unknown_key_is_a_key_error(tracked):
    with pytest.raises(KeyError, match="other"):
        tracked.get("other")
    with pytest.raises(KeyError, match="other"):
        tracked.delete("other")
    assert tracked.changes() == {}


def test_everything_is_one_object(tracked):
    setting(tracked, n=2)
    tracked.delete("gone")

    text = tracked.as_object(tracked.changes())

    assert text == '{"n":2,"cart":{"items":[1,2]}}'
