"""The page about the pages says what can be chosen."""

import re

from tests.docs.pages import page
from tornado_app.preferences import (
    DATE_STYLES,
    FIELDS,
    MAX_NAME_LENGTH,
    MOTIONS,
    TEXT_SIZES,
    THEMES,
)

LISTS = {
    "date_style": DATE_STYLES,
    "theme": THEMES,
    "text_size": TEXT_SIZES,
    "motion": MOTIONS,
}


def values_by_field():
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", page("docs/pages.md"), re.MULTILINE)
    return dict(rows)


def test_every_preference_is_there_in_the_order_of_the_form():
    assert list(values_by_field()) == list(FIELDS)


def test_their_values_are_those_that_are_accepted():
    told = values_by_field()

    for field, values in LISTS.items():
        listed = re.match("(?:`[a-z-]+`(?:, )?)+", told[field])[0]
        assert tuple(re.findall("`([a-z-]+)`", listed)) == values
    assert f"up to {MAX_NAME_LENGTH} characters" in told["name"]
