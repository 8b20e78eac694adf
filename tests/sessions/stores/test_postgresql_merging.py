"""That the server merges as `merging.merge` says, whatever it is asked."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.servers.postgresql_shared import empty_store_url
from tornado_app.sessions import open_store
from tornado_app.sessions.merging import merge
from tornado_app.sessions.record import (
    Clocks,
    Create,
    Renewal,
    SignIn,
    StoredFlash,
    Update,
)
from tornado_app.sessions.testing import START, make_digest, make_record
from tornado_app.sessions.values import encode_object

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
KEYS = st.sampled_from(["a", "b", "é", "\0", '"', "\\", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inside: (
        st.lists(inside, max_size=2) | st.dictionaries(TEXT, inside, max_size=2)
    ),
    max_leaves=4,
).filter(lambda value: "Infinity" not in json.dumps(value))
MOMENTS = st.integers(-3, 40).map(lambda days: START + timedelta(days=days))
IDLE = st.integers(1, 60).map(lambda days: timedelta(days=days))
DIGESTS = st.sampled_from(list(map(make_digest, "abcd")))
# An id is given once: what has the same id is the same flash.
FLASHES = st.sampled_from(
    [
        StoredFlash("1", "info", "Saved."),
        StoredFlash("2", "\0", "\\u0000"),
        StoredFlash("3", '"', "é]"),
        StoredFlash("4", "info", "\0"),
        StoredFlash("5", "", ""),
        StoredFlash("6", "😀", "😀"),
    ]
)
RECORDS = st.fixed_dictionaries(
    {
        "data": st.dictionaries(KEYS, VALUES).map(encode_object),
        "flashes": st.lists(FLASHES, max_size=3, unique_by=lambda flash: flash.id).map(
            lambda flashes: tuple(sorted(flashes))
        ),
        "id_digest": DIGESTS,
        "user": st.none() | st.sampled_from(["ada", "\0"]),
        "idle_timeout": st.none() | IDLE,
    }
)


def changed(values):
    return {
        key: encode_object(value[0]) if value else None for key, value in values.items()
    }


UPDATES = st.fixed_dictionaries(
    {
        "now": MOMENTS,
        "id_digest": DIGESTS,
        "generation": st.sampled_from([0, 0, 0, 1]),
        "clocks": st.builds(Clocks, IDLE, st.none() | MOMENTS),
        "max_bytes": st.sampled_from([1, 40, 80, 65_536]),
        "max_flashes": st.integers(1, 4),
        "version": st.sampled_from([None, None, 0, 1]),
        "values": st.dictionaries(
            KEYS, st.just(()) | st.tuples(VALUES), max_size=3
        ).map(changed),
        "clear": st.booleans(),
        "add_flashes": st.lists(FLASHES, max_size=3).map(tuple),
        "drop_flashes": st.frozensets(st.sampled_from("123456"), max_size=3),
        "touch": st.booleans(),
        "own_idle": st.none() | st.tuples(st.none() | IDLE),
        "renewal": st.none() | st.builds(Renewal, DIGESTS, st.none() | MOMENTS),
        "sign_in": st.none()
        | st.builds(SignIn, st.sampled_from(["ada", "bob"]), MOMENTS, DIGESTS),
    }
)


@pytest.fixture(scope="module")
def url():
    return empty_store_url()


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    cases=st.lists(st.tuples(RECORDS, st.lists(UPDATES, max_size=4)), max_size=30),
)
async def test_a_batch_of_updates_leaves_what_merging_says(url, cases):
    records = [make_record(**fields) for fields, _ in cases]
    updates = [
        Update(handle=record.handle, **fields)
        for record, (_, asked) in zip(records, cases, strict=True)
        for fields in asked
    ]

    async with open_store(url) as store:
        await store.apply(list(map(Create, records)))
        outcomes = await store.apply(updates)
        found = await store.find(
            [record.handle for record in records], now=START - timedelta(days=9_999)
        )

    expected = {record.handle: record for record in records}
    for update, outcome in zip(updates, outcomes, strict=True):
        wanted, merged = merge(expected[update.handle], update)
        assert outcome is wanted
        if merged is not None:
            expected[update.handle] = merged
    assert found == expected
