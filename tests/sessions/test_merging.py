"""How an update meets what is stored, against a naive model of it."""

import copy
import json
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tornado_app.sessions.merging import flash_text, grows, merge, size_bytes
from tornado_app.sessions.record import Outcome, StoredFlash
from tornado_app.sessions.testing import (
    NOW,
    START,
    canonical,
    make_flash,
    make_record,
    make_update,
)
from tornado_app.sessions.values import encode

KEYS = st.sampled_from(["a", "b", "", "\0", "é", '"'])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=5,
)
DELETED = object()
FLASHES = st.builds(make_flash, st.integers(0, 30), st.text(max_size=3))


@dataclass
class Step:
    """What one request does."""

    values: dict = field(default_factory=dict)
    clear: bool = False
    add: list = field(default_factory=list)
    drop: set = field(default_factory=set)


STEPS = st.lists(
    st.builds(
        Step,
        values=st.dictionaries(KEYS, VALUES | st.just(DELETED), max_size=3),
        clear=st.sampled_from([False, False, False, True]),
        add=st.lists(FLASHES, max_size=3, unique_by=lambda flash: flash.id),
        drop=st.sets(st.integers(0, 30).map(lambda n: make_flash(n).id), max_size=4),
    ),
    max_size=8,
)


class Model:
    """A dict and a list, changed in the plainest way."""

    def __init__(self):
        self.data, self.flashes = {}, {}

    def apply(self, step, max_flashes):
        if step.clear:
            self.data, self.flashes = {}, {}
        for key, value in step.values.items():
            if value is DELETED:
                self.data.pop(key, None)
            else:
                self.data[key] = copy.deepcopy(value)
        for flash_id in step.drop:
            self.flashes.pop(flash_id, None)
        self.flashes |= {flash.id: flash for flash in step.add}
        while len(self.flashes) > max_flashes:
            del self.flashes[min(self.flashes)]


def texts(values):
    return {
        key: None if value is DELETED else encode(key, value)
        for key, value in values.items()
    }


def not_there(step, record):
    """The step without flashes whose ids are stored: ids are never given twice."""
    stored = {flash.id for flash in record.flashes}
    step.add = [flash for flash in step.add if flash.id not in stored]
    return step


@given(STEPS, st.integers(1, 5))
def test_any_updates_in_a_row_do_what_a_dict_and_a_list_do(steps, max_flashes):
    record, model = make_record(), Model()

    for step in steps:
        step = not_there(step, record)
        update = make_update(
            record,
            values=texts(step.values),
            clear=step.clear,
            add_flashes=tuple(step.add),
            drop_flashes=frozenset(step.drop),
            max_flashes=max_flashes,
        )
        outcome, record = merge(record, update)
        model.apply(step, max_flashes)

        assert outcome is Outcome.APPLIED
        assert canonical(record.data) == canonical(encode("", model.data))
        assert list(record.flashes) == sorted(model.flashes.values())

    assert record.version == len(steps)


@given(STEPS)
def test_updates_of_different_keys_commute(steps):
    """Two requests at once count both, whoever comes first."""
    record = make_record()
    updates = [
        make_update(
            record,
            values={f"{n}{key}": text for key, text in texts(step.values).items()},
            add_flashes=tuple(
                StoredFlash(f"{flash.id}{n}", *flash[1:]) for flash in step.add
            ),
            max_flashes=1000,
        )
        for n, step in enumerate(steps)
    ]

    first = second = record
    for update in updates:
        _, first = merge(first, update)
    for update in reversed(updates):
        _, second = merge(second, update)

    assert canonical(first.data) == canonical(second.data)
    assert first.flashes == second.flashes


@given(STEPS)
def test_the_size_is_that_of_the_texts_in_utf8(steps):
    record = make_record()
    for step in steps:
        update = make_update(
            record, values=texts(step.values), add_flashes=tuple(step.add)
        )
        _, record = merge(record, update)

    flashes = json.dumps(record.flashes, ensure_ascii=False, separators=(",", ":"))
    expected = len(record.data.encode())
    expected += len(flashes.encode()) if record.flashes else 0
    assert size_bytes(record.data, record.flashes) == expected


@given(STEPS, st.integers(1, 200))
def test_what_is_applied_fits_or_does_not_grow(steps, max_bytes):
    record = make_record()

    for step in steps:
        update = make_update(
            record,
            values=texts(step.values),
            add_flashes=tuple(step.add),
            drop_flashes=frozenset(step.drop),
            max_bytes=max_bytes,
        )
        outcome, merged = merge(record, update)

        assert outcome in (Outcome.APPLIED, Outcome.TOO_LARGE)
        assert (merged is None) == (outcome is Outcome.TOO_LARGE)
        if merged is not None:
            fits = size_bytes(merged.data, merged.flashes) <= max_bytes
            assert fits or not grows(update)
            record = merged


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"touch": True}, False),
        ({"clear": True}, False),
        ({"values": {"a": None}}, False),
        ({"drop_flashes": frozenset({"1"})}, False),
        ({"values": {"a": None, "b": "null"}}, True),
        ({"add_flashes": (make_flash(1),)}, True),
    ],
)
def test_only_what_can_make_a_record_larger_is_measured(changes, expected):
    assert grows(make_update(make_record(), **changes)) is expected


def test_a_merge_leaves_its_arguments_as_they_were():
    record = make_record(data={"a": [1]}, flashes=(make_flash(1),))
    update = make_update(record, values={"a": "[2]"}, touch=True)
    before = (copy.deepcopy(record), copy.deepcopy(update))

    merge(record, update)

    assert (record, update) == before


@pytest.mark.parametrize(
    "changes",
    [{"now": START + timedelta(days=14)}, {"generation": 1}, {"version": 7}],
)
def test_what_is_refused_has_no_record(changes):
    record = make_record()

    outcome, merged = merge(record, make_update(record, **changes))

    assert outcome in (Outcome.GONE, Outcome.CONFLICT)
    assert merged is None


def test_a_record_that_is_not_there_is_gone():
    assert merge(None, make_update(make_record(), now=NOW)) == (Outcome.GONE, None)


def test_the_text_of_flashes_is_one_array():
    assert flash_text([make_flash(1, "é")]) == '[["00000001","info","é"]]'
