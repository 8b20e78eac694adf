"""Instants and durations as databases keep them: in whole microseconds."""

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

T = TypeVar("T")
U = TypeVar("U")

MICROSECOND = timedelta(microseconds=1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Until then, in the year 2223, a double of seconds is exact to the microsecond, and
# half as dear as a timedelta.
_EXACT = 8 * 10**15


@functools.lru_cache(256)  # an instant comes several times in a record and a batch
def to_micros(instant: datetime) -> int:
    """Return *instant* as microseconds since 1970 in UTC."""
    return (instant - _EPOCH) // MICROSECOND


def to_instant(micros: int) -> datetime:
    """Return the instant of which *micros* is kept, aware, in UTC."""
    if 0 <= micros < _EXACT:
        return datetime.fromtimestamp(micros / 1_000_000, UTC)
    return _EPOCH + timedelta(microseconds=micros)


def to_whole(duration: timedelta) -> int:
    """Return the number that is kept of *duration*."""
    return duration // MICROSECOND


def to_duration(micros: int) -> timedelta:
    """Return the duration of which *micros* is kept."""
    return timedelta(microseconds=micros)


def optional(convert: Callable[[T], U], value: T | None) -> U | None:
    """Return *value* converted, None as None."""
    return None if value is None else convert(value)
