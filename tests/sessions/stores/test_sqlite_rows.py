"""Instants come back from their microseconds as they were."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tornado_app.sessions.stores import sqlite_rows

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


@given(st.integers(0, LATEST))
def test_an_instant_is_exact_to_the_microsecond(micros):
    instant = sqlite_rows._to_instant(micros)

    assert instant == EPOCH + timedelta(microseconds=micros)
    assert sqlite_rows.to_micros(instant) == micros


@pytest.mark.parametrize("offset", [-2, -1, 0, 1])
def test_it_is_exact_where_the_quick_way_ends(offset):
    micros = sqlite_rows._EXACT + offset

    assert sqlite_rows.to_micros(sqlite_rows._to_instant(micros)) == micros


def test_an_instant_before_1970_is_exact_too():
    assert sqlite_rows.to_micros(sqlite_rows._to_instant(-1)) == -1
