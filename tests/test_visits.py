"""Tests of the count of visits."""

from datetime import UTC, datetime, timedelta

from tornado_app.visits import Visits, count_visit, visits_in

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def test_nothing_stored_means_no_visits():
    assert visits_in({}) == Visits(0, None)


def test_the_first_visit_has_none_before_it():
    assert count_visit({}, now=NOW) == Visits(1, None)


def test_the_next_visit_knows_when_the_last_one_was():
    session = {}
    count_visit(session, now=NOW)

    assert count_visit(session, now=NOW + timedelta(days=1)) == Visits(2, NOW)
    assert visits_in(session) == Visits(2, NOW + timedelta(days=1))
