"""Owns the reading of Accept-Language, whatever it holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tornado_app.accept_language import wanted_tags


def test_the_most_wanted_comes_first_and_equals_keep_their_order():
    assert [*wanted_tags("de;q=0.5, en, fr;q=0.9, ja")] == ["en", "ja", "fr", "de"]


def test_a_tag_is_followed_by_its_shorter_forms():
    assert [*wanted_tags("zh-Hant-TW")] == ["zh-hant-tw", "zh-hant", "zh"]


@pytest.mark.parametrize(
    "weight", ["q=0", "q=0.000", "q=much", "q=nan", "q=inf", "q=-1", "q=2", "q=", "x=1"]
)
def test_what_is_unwanted_or_has_no_weight_that_counts_is_left_out(weight):
    assert [*wanted_tags(f"de;{weight}, en")] == ["en"]


def test_blanks_and_capitals_make_no_difference():
    assert [*wanted_tags(" DE ; Q = 0.5 ,\tfr")] == ["fr", "de"]


def test_a_header_that_no_browser_sends_is_not_read_to_its_end():
    assert "de" not in wanted_tags("x," * 1000 + "de")


@given(st.text(max_size=600))
def test_no_header_is_too_odd_to_be_read(text):
    assert all(isinstance(tag, str) for tag in wanted_tags(text))
