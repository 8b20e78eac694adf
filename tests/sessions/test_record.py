"""What a record says of itself."""

from datetime import timedelta

import pytest

from tornado_app.sessions.record import Clocks
from tornado_app.sessions.testing import NOW, START, make_digest, make_record

INSTANT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


def test_a_record_lives_until_the_instant_at_which_it_expires():
    record = make_record(expires_at=NOW)

    assert record.is_live(NOW - INSTANT)
    assert not record.is_live(NOW)
    assert not record.is_live(NOW + INSTANT)


def test_a_record_opens_with_its_own_digest_and_no_other():
    record = make_record()

    assert record.opens_with(record.id_digest, NOW)
    assert not record.opens_with(make_digest("other"), NOW)
    assert not record.opens_with(record.id_digest[:-1], NOW)
    assert not record.opens_with(b"", NOW)


def test_the_digest_before_opens_a_record_until_its_grace_ends():
    old = make_digest("old")
    record = make_record(previous_digest=old, previous_until=NOW)

    assert record.opens_with(old, NOW - INSTANT)
    assert not record.opens_with(old, NOW)
    assert record.opens_with(record.id_digest, NOW)


def test_the_digest_before_opens_nothing_where_there_is_no_grace():
    record = make_record(previous_digest=make_digest("old"), previous_until=None)

    assert not record.opens_with(make_digest("old"), START)


@pytest.mark.parametrize(
    ("ends_at", "own", "expected"),
    [
        (None, None, NOW + HOUR),
        (None, 3 * HOUR, NOW + 3 * HOUR),
        (NOW + 2 * HOUR, None, NOW + HOUR),
        (NOW + HOUR - INSTANT, None, NOW + HOUR - INSTANT),
        (NOW + 2 * HOUR, 3 * HOUR, NOW + 2 * HOUR),
        (NOW + 2 * HOUR, INSTANT, NOW + INSTANT),
        (NOW - HOUR, None, NOW - HOUR),
    ],
)
def test_the_earlier_of_both_clocks_ends_a_session(ends_at, own, expected):
    assert Clocks(HOUR, ends_at).expires_at(NOW, own) == expected
