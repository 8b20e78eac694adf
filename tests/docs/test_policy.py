"""`docs/policy.md` lists every field with its default."""

from dataclasses import fields
from datetime import timedelta

import pytest

from tests.docs.pages import code, page, rows
from tornado_app.sessions import SessionPolicy

TABLE = rows(page("docs/policy.md"), "A test keeps this table true.\n")
UNITS = {"day": timedelta(days=1), "minute": timedelta(minutes=1)}


def written(default):
    """A default as the page writes it."""
    if isinstance(default, timedelta):
        return duration(default)
    return f'`"{default}"`' if isinstance(default, str) else f"`{default}`"


def duration(length):
    for unit, one in UNITS.items():
        if length and not length % one:
            return plural(length // one, unit)
    return plural(length // timedelta(seconds=1), "second") if length else "0"


def plural(number, unit):
    return f"{number} {unit}{'s' * (number != 1)}"


def test_the_table_has_every_field_with_its_default_in_order():
    documented = [(code(row[0])[0], row[1]) for row in TABLE]

    assert documented == [
        (each.name, written(each.default))
        for each in fields(SessionPolicy)
        if each.init
    ]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: code(row[0])[0])
def test_every_field_has_its_reason(row):
    assert row[2].endswith(".")
