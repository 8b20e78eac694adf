"""What a store remembers of the rows that it has read."""

import pytest

from tornado_app.sessions.stores import recent
from tornado_app.sessions.stores.recent import Recent
from tornado_app.sessions.testing import make_record

RECORD = make_record()


@pytest.fixture
def made():
    return []


@pytest.fixture
def records(made):
    def make(row):
        made.append(row)
        return RECORD._replace(data=row[0])

    return Recent(make)


def test_the_same_row_is_the_same_record(records, made):
    first = records.record("a", ["{}", 1])

    assert records.record("a", ["{}", 1]) is first
    assert made == [["{}", 1]]


def test_another_row_is_another_record(records, made):
    records.record("a", ["{}", 1])

    assert records.record("a", ['{"b":1}', 1]).data == '{"b":1}'
    assert records.record("a", ["{}", 1]).data == "{}"
    assert len(made) == 3


def test_a_row_of_another_handle_is_made_anew(records, made):
    records.record("a", ["{}"])
    records.record("b", ["{}"])

    assert len(made) == 2


def test_long_data_is_not_remembered(records, made):
    for _ in range(2):
        records.record("a", ["x" * 3000])

    assert len(made) == 2


def test_no_more_is_remembered_than_there_is_room_for(records, made, monkeypatch):
    monkeypatch.setattr(recent, "_MOST", 2)
    for handle in ("a", "b", "c", "a"):
        records.record(handle, ["{}"])

    assert len(made) == 4
    records.record("c", ["{}"])
    assert len(made) == 4
