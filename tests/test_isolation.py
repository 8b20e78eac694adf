"""Owns the promise that a name does not turn round the sentence that it stands in."""

import pytest

from tornado_app.isolation import isolated


@pytest.mark.parametrize("name", ["Ada", "Ángel 2", "花子", "!?", ""])
def test_what_runs_with_the_page_stays_plain(name):
    assert isolated(name, direction="ltr") == name


@pytest.mark.parametrize("name", ["عادة", "עדה", "Ada עדה", "٣"])
def test_what_runs_against_the_page_is_isolated(name):
    assert isolated(name, direction="ltr") == f"<bdi>{name}</bdi>"


@pytest.mark.parametrize("name", ["Ada", "عادة", "2", "C++"])
def test_every_name_is_isolated_on_a_page_from_right_to_left(name):
    assert isolated(name, direction="rtl") == f"<bdi>{name}</bdi>"


def test_a_name_is_text_and_no_html():
    assert isolated('<i>"&', direction="rtl") == "<bdi>&lt;i&gt;&quot;&amp;</bdi>"
