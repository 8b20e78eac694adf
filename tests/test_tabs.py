"""Tests of what becomes of a form while another tab changes the same preferences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tornado_app.preferences import FIELDS, Preferences
from tornado_app.tabs import as_text, from_text, meet, values_of

BEFORE = values_of(Preferences(name="Ada", theme="light"))
VALUES = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from("abc"))


def test_what_nobody_changed_is_not_stored_again():
    meeting = meet(BEFORE, shown=BEFORE, stored=BEFORE)

    assert (meeting.changed, meeting.elsewhere, meeting.disputed) == ({}, {}, {})


def test_only_what_was_changed_in_the_form_is_stored():
    sent = BEFORE | {"theme": "dark"}

    assert meet(sent, shown=BEFORE, stored=BEFORE).changed == {"theme": "dark"}


def test_what_another_tab_changed_stays():
    stored = BEFORE | {"theme": "dark"}

    meeting = meet(BEFORE | {"name": "Bea"}, shown=BEFORE, stored=stored)

    assert meeting.changed == {"name": "Bea"}
    assert meeting.elsewhere == {"theme": "dark"}


def test_what_both_changed_to_other_values_is_disputed():
    stored = BEFORE | {"theme": "dark"}

    meeting = meet(BEFORE | {"theme": "system"}, shown=BEFORE, stored=stored)

    assert meeting.disputed == {"theme": "dark"}
    assert meeting.changed == {}


def test_what_both_changed_to_the_same_value_is_no_dispute():
    both = BEFORE | {"theme": "dark"}

    meeting = meet(both, shown=BEFORE, stored=both)

    assert meeting.disputed == {}


def test_a_form_that_does_not_say_what_it_showed_changes_all_that_it_holds():
    meeting = meet({"theme": "dark"}, shown={}, stored=BEFORE)

    assert (meeting.changed, meeting.disputed) == ({"theme": "dark"}, {})


@given(sent=VALUES, shown=VALUES, others=VALUES)
def test_no_value_of_another_tab_is_overwritten_unseen(sent, shown, others):
    stored = dict.fromkeys(FIELDS, "a") | others

    meeting = meet(sent, shown=shown, stored=stored)

    for field in meeting.changed.keys() & shown.keys():
        assert stored[field] in (shown[field], sent[field])


@given(st.dictionaries(st.sampled_from(FIELDS), st.text()))
def test_what_a_form_showed_comes_back_whole(shown):
    # A lone surrogate cannot be in a page.
    shown = {
        field: text.encode(errors="replace").decode() for field, text in shown.items()
    }

    assert from_text(as_text(shown)) == shown


@pytest.mark.parametrize("text", ["", "x", "=", "other=1", "&" * 100, "a=1&" * 100])
def test_what_is_no_form_of_ours_showed_nothing(text):
    assert from_text(text) == {}
