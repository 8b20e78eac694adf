"""Instants come back from their microseconds as they were."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tornado_app.sessions.stores import micros as kept

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


@given(st.integers(0, LATEST))
def test_an_instant_is_exact_to_the_microsecond(micros):
    instant = kept.to_instant(micros)

    assert instant == EPOCH + timedelta(microseconds=micros)
    assert kept.to_micros(instant) == micros


@pytest.mark.parametrize("offset", [-2, -1, 0, 1])
def test_it_is_exact_where_the_quick_way_ends(offset):
    micros = kept._EXACT + offset

    assert kept.to_micros(kept.to_instant(micros)) == micros


def test_an_instant_before_1970_is_exact_too():
    assert kept.to_micros(kept.to_instant(-1)) == -1


def test_an_instant_is_the_same_in_every_zone():
    at = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    there = at.astimezone(timezone(timedelta(hours=5, minutes=45)))

    assert kept.to_micros(there) == kept.to_micros(at)
