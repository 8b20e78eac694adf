"""`docs/values.md` is true, row by row, on every store."""

from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest

from tests.docs.pages import code, page, rows
from tests.stores import every_store, opened
from tornado_app.sessions import SessionError, SessionPolicy, SessionTooLargeError
from tornado_app.sessions.ids import NOTHING, found
from tornado_app.sessions.lifecycle import Lifecycle
from tornado_app.sessions.session import Session

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TAKEN = rows(page("docs/values.md"), "## What is taken")
REFUSED = rows(page("docs/values.md"), "## What is refused")


class Point(NamedTuple):
    x: int
    y: int


class Size(IntEnum):
    LARGE = 3


class Theme(StrEnum):
    DARK = "dark"


class Plain(Enum):
    RED = "red"


def nested(depth):
    value = []
    for _ in range(depth - 1):
        value = [value]
    return value


circular = []
circular.append(circular)

NAMES = {
    each.__name__: each
    for each in (
        *(Point, Size, Theme, Plain, nested, OrderedDict, Decimal, Fraction),
        *(UUID, Path, datetime, timedelta, SessionTooLargeError),
    )
}
NAMES |= {"circular": circular, "UTC": UTC}


def meant(cell):
    """The value that the code in a cell stands for."""
    return eval(code(cell)[0], dict(NAMES))  # noqa: S307 - written by us


class Visitor:
    """Makes requests to one store, all of the same session."""

    def __init__(self, store):
        self.lifecycle = Lifecycle(store, SessionPolicy(), lambda: NOW)
        self.session_id = None

    async def session(self):
        presented = found(self.session_id) if self.session_id else NOTHING
        self.draft = await self.lifecycle.load(presented)
        return Session(self.lifecycle, self.draft)

    async def commit(self):
        await self.lifecycle.commit(self.draft)
        self.session_id = self.draft.session_id


@pytest.fixture
async def visitor(store_name, tmp_path):
    async with opened(store_name, tmp_path) as store:
        yield Visitor(store)


@every_store
@pytest.mark.parametrize("row", TAKEN, ids=lambda row: code(row[0])[0])
async def test_what_is_taken_comes_back_as_the_table_says(visitor, row):
    expected = meant(row[1])
    (await visitor.session())["key"] = meant(row[0])
    await visitor.commit()
    merged = await visitor.session()
    merged["other"] = meant(row[0])  # a change meets what is stored: the other way in
    await visitor.commit()

    found = await visitor.session()

    # repr() sees what == does not: 1 and 1.0, 0.0 and -0.0, the order of keys.
    assert repr(found["key"]) == repr(expected)
    assert repr(found["other"]) == repr(expected)


@every_store
@pytest.mark.parametrize("row", REFUSED, ids=lambda row: code(row[0])[0])
async def test_what_is_refused_raises_as_the_table_says(visitor, row):
    session = await visitor.session()
    session["key"] = "before"

    with pytest.raises(meant(row[1])) as caught:
        session["key"] = meant(row[0])

    assert session["key"] == "before"
    assert isinstance(caught.value, SessionError) or "session['key']" in str(
        caught.value
    )


@every_store
@pytest.mark.parametrize("row", REFUSED, ids=lambda row: code(row[0])[0])
async def test_what_is_refused_is_refused_inside_a_list_too(visitor, row):
    session = await visitor.session()

    with pytest.raises(meant(row[1])):
        session["key"] = [meant(row[0])]

    assert "key" not in session


@every_store
@pytest.mark.parametrize(("key", "error"), [(7, TypeError), ("\ud800", ValueError)])
async def test_a_key_is_text(visitor, key, error):
    session = await visitor.session()

    with pytest.raises(error, match="session key"):
        session[key] = 1


@every_store
async def test_what_is_changed_in_place_is_refused_at_the_commit(visitor):
    (await visitor.session())["cart"] = []
    await visitor.commit()
    session = await visitor.session()
    session["other"] = 1

    session["cart"].append(b"tea")
    with pytest.raises(TypeError, match=r"session\['cart'\]"):
        await visitor.commit()

    assert dict(await visitor.session()) == {"cart": []}


@every_store
async def test_the_whole_size_is_known_at_the_commit(visitor):
    (await visitor.session())["half"] = "x" * 40_000
    await visitor.commit()
    session = await visitor.session()
    session["other half"] = "x" * 40_000

    with pytest.raises(SessionTooLargeError):
        await visitor.commit()

    assert list(await visitor.session()) == ["half"]
