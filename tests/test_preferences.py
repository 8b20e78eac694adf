"""Tests of what can be preferred."""

import unicodedata
from dataclasses import asdict
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tornado_app.preferences import (
    MAX_NAME_LENGTH,
    PreferenceError,
    Preferences,
    Problem,
    check,
    check_name,
    check_required_name,
    forget,
    preferences_in,
    remember,
)

LANGUAGES = ("en", "de")
CHOSEN = {
    "name": "Ada",
    "theme": "dark",
    "language": "de",
    "time_zone": "Europe/Berlin",
    "text_size": "large",
    "date_style": "iso",
    "motion": "reduced",
}


def problem_of(name):
    with pytest.raises(PreferenceError) as caught:
        check_required_name(name)
    return caught.value.problem


def test_a_name_is_stripped_and_normal():
    assert check_name("  A\u0308da \u3000") == "\u00c4da"


@pytest.mark.parametrize(
    "name",
    [
        "Ada",
        "José",
        "李小龍",
        "محمد",
        "👩‍👩‍👧",
        "O'Brien <b>",
        "می‌خواهم",
        "-",
        "x" * 60,
    ],
)
def test_people_s_names_are_names(name):
    assert check_required_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("name", ["", " ", "\u00a0", "\u3000"])
def test_an_empty_name_is_missing_where_one_is_wanted(name):
    assert check_name(name) == ""
    assert problem_of(name) is Problem.NAME_MISSING


@pytest.mark.parametrize(
    "name",
    ["a\x00b", "a\nb", "a\tb", "a\x7fb", "a\x85b", "a\u2028b", "a\u202eb", "a\u2066b"],
)
def test_a_control_character_is_refused(name):
    assert problem_of(name) is Problem.NAME_NOT_SHOWABLE


@pytest.mark.parametrize("name", ["\u200b", "\u2060\u200d", "\ufeff", "\u0301"])
def test_a_name_that_nobody_can_see_is_refused(name):
    assert problem_of(name) is Problem.NAME_NOT_SHOWABLE


def test_the_length_is_counted_after_normalising():
    assert len(check_name("e\u0301" * MAX_NAME_LENGTH)) == MAX_NAME_LENGTH
    assert problem_of("x" * (MAX_NAME_LENGTH + 1)) is Problem.NAME_TOO_LONG


@given(st.text())
def test_a_name_that_was_accepted_is_accepted_again_unchanged(text):
    try:
        name = check_name(text)
    except PreferenceError:
        return
    assert check_name(name) == name


@given(st.dictionaries(st.sampled_from([*CHOSEN, "other"]), st.text()))
def test_every_known_field_is_either_a_value_or_a_problem(form):
    values, problems = check(form, languages=LANGUAGES)

    assert values.keys() | problems.keys() == form.keys() & CHOSEN.keys()
    assert not values.keys() & problems.keys()


def test_all_good_values_come_through():
    assert check(CHOSEN, languages=LANGUAGES) == (CHOSEN, {})


def test_each_bad_value_has_its_problem():
    bad = {
        "theme": "pink",
        "language": "fr",
        "time_zone": "Moon/Base",
        "text_size": "huge",
        "date_style": "stardate",
        "motion": "dizzy",
    }

    assert check(bad, languages=LANGUAGES) == (
        {},
        {
            "theme": Problem.THEME_UNKNOWN,
            "language": Problem.LANGUAGE_UNKNOWN,
            "time_zone": Problem.TIME_ZONE_UNKNOWN,
            "text_size": Problem.TEXT_SIZE_UNKNOWN,
            "date_style": Problem.DATE_STYLE_UNKNOWN,
            "motion": Problem.MOTION_UNKNOWN,
        },
    )


def test_every_zone_of_the_database_is_accepted():
    for zone in available_timezones():
        assert check({"time_zone": zone}, languages=LANGUAGES)[1] == {}


def test_nothing_stored_means_the_defaults():
    assert preferences_in({}, languages=LANGUAGES) == Preferences()


def test_what_was_remembered_is_preferred():
    session = {"visits": 3}

    remember(session, CHOSEN)

    assert session == {"visits": 3} | CHOSEN
    assert preferences_in(session, languages=LANGUAGES) == Preferences(**CHOSEN)


def test_what_is_no_longer_valid_has_its_default():
    stored = {"language": "fr", "theme": "pink", "time_zone": "Moon/Base", "name": 7}

    assert preferences_in(stored, languages=LANGUAGES) == Preferences(name="7")


def test_a_default_is_not_kept():
    session = dict(CHOSEN)

    remember(session, asdict(Preferences()))

    assert session == {}


def test_what_is_equal_is_not_written_again():
    class Untouchable(dict):
        def __setitem__(self, key, value):
            raise AssertionError(f"{key} was written")

    remember(Untouchable(CHOSEN), CHOSEN)


def test_forgetting_leaves_the_rest():
    session = {"name": "Ada", "visits": 3}

    forget(session, "name", "theme")

    assert session == {"visits": 3}


def test_the_error_names_its_problem():
    error = PreferenceError(Problem.NAME_MISSING)

    assert str(error) == "value was refused: name-missing"
