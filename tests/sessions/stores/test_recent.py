"""What a store remembers of the records that it has read."""

import pytest

from tornado_app.sessions.stores import recent
from tornado_app.sessions.stores.recent import Recent
from tornado_app.sessions.testing import make_flash, make_record


@pytest.fixture
def remembered():
    return Recent()


@pytest.fixture
def room_for_three(monkeypatch):
    monkeypatch.setattr(recent, "_MOST_BYTES", 3 * recent._BESIDE_THE_DATA + 500)


def known(remembered, records):
    return [remembered.get(one.handle) is not None for one in records]


def test_the_last_state_of_a_record_is_remembered_with_its_mark(remembered):
    record = make_record()
    remembered.put("old", record)
    later = record._replace(version=2)
    remembered.put("new", later)

    assert remembered.get(record.handle).mark == "new"
    assert remembered.get(record.handle).record is later
    assert remembered.get(make_record().handle) is None


def test_the_oldest_are_forgotten_when_there_is_no_more_room(
    remembered, room_for_three
):
    records = [make_record() for _ in range(4)]
    for record in (*records[:3], records[0], records[3]):
        remembered.put("", record)

    assert known(remembered, records) == [True, False, True, True]


def test_who_is_remembered_again_and_again_takes_room_once(remembered, room_for_three):
    records = [make_record() for _ in range(3)]
    for record in records * 9:
        remembered.put("", record)

    assert known(remembered, records) == [True] * 3


@pytest.mark.parametrize(
    "long",
    [
        make_record(data={"text": "x" * 10_000}),
        make_record(data={"text": "😀" * 1_500}),
        make_record(user="x" * 10_000),
        make_record(flashes=(make_flash(1, "x" * 10_000),)),
    ],
)
def test_a_long_record_takes_the_room_of_many(remembered, room_for_three, long):
    short = make_record()
    remembered.put("", short)
    remembered.put("", long)
    assert known(remembered, [short, long]) == [False, False]

    remembered.put("", short)
    assert known(remembered, [short]) == [True]
