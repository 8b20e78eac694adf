"""The short way of a change that sets one value, in PostgreSQL."""

import asyncio
import random
from collections import Counter
from datetime import timedelta

import asyncpg
import pytest

from tests.servers.postgresql_shared import empty_store_url, shared_url
from tornado_app.sessions import MemoryStore, StoreUnavailableError, open_store
from tornado_app.sessions.merging import merge
from tornado_app.sessions.record import Create, Delete, Outcome, Whole
from tornado_app.sessions.testing import (
    NOW,
    START,
    make_digest,
    make_record,
    make_update,
)

UNTIL_SOMEBODY_WAITS = """
DO $$ BEGIN
    WHILE NOT EXISTS (
        SELECT FROM pg_locks
        WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))
    ) LOOP
        PERFORM pg_sleep(0.005);
    END LOOP;
END $$
"""

# For a machine that is busy; nothing here takes long by itself.
pytestmark = pytest.mark.gen_test(timeout=60)


@pytest.fixture
def url():
    return empty_store_url()


@pytest.fixture
async def store(url):
    async with open_store(url) as store:
        yield store


@pytest.fixture
async def operator():
    """A connection beside the store's own."""
    connection = await asyncpg.connect(shared_url())
    yield connection
    await connection.close()


@pytest.fixture
def schema(url):
    return url.rpartition("schema=")[2]


@pytest.fixture
def short_way_only(store, operator, schema):
    """Drops the function that merges: what works does without it."""
    return lambda: operator.execute(f"DROP FUNCTION {schema}.apply_changes(json)")


@pytest.fixture
def by_hand(operator, schema):
    """Does what no process of ours does: changes rows and leaves their versions."""
    return lambda sql: operator.execute(f"SET search_path TO {schema}; {sql}")


async def stored(store, **facts):
    record = make_record(**facts)
    await store.apply([Create(record)])
    return record


async def found(store, *records):
    kept = await store.find([one.handle for one in records], now=START)
    return [kept[one.handle] for one in records]


def simple(record, **facts):
    """An update of one value of *record* that says what becomes of them all."""
    update = make_update(record, **{"values": {"a": "2"}, **facts})
    _, after = merge(record, update)
    data = after.data if after else "{}"
    return update._replace(whole=Whole(record.version, data, loaded=record))


async def test_a_batch_of_simple_changes_is_one_statement(store, short_way_only):
    records = [await stored(store, data={"b": 1, "a": 1}) for _ in range(9)]
    records = await found(store, *records)
    await short_way_only()

    assert await store.apply(list(map(simple, records))) == [Outcome.APPLIED] * 9

    for one in await found(store, *records):
        assert (one.data, one.version) == ('{"b":1,"a":2}', 1)


@pytest.mark.parametrize(
    "more",
    [
        {"values": {"new": "1"}},
        {"values": {"a": None}},
        {"values": {"a": "1", "b": "1"}},
        {"values": {"a": "[1,\n1]"}},
        {"values": {}},
        {"touch": True},
        {"version": 1},
        {"generation": 1},
        {"id_digest": make_digest("old")},
        {"now": START + timedelta(days=999)},
    ],
)
async def test_what_asks_for_more_is_merged(store, short_way_only, more):
    record = await stored(store, data={"a": 1, "b": 1})
    await short_way_only()

    with pytest.raises(StoreUnavailableError):
        await store.apply([simple(record, **more)])
    assert await found(store, record) == [record]


async def test_two_changes_of_one_record_are_made_in_their_order(store):
    record = await stored(store, data={"a": 1, "b": 1})

    values = {"a": "2"}, {"b": "2"}, {"a": "3"}
    changes = [simple(record, values=each) for each in values]
    assert await store.apply(changes) == [Outcome.APPLIED] * 3

    (now,) = await found(store, record)
    assert (now.data, now.version) == ('{"a":3,"b":2}', 3)


async def test_a_transaction_that_met_somebody_is_a_conflict(store):
    record = await stored(store, data={"a": 1})
    await store.apply([make_update(record, values={"theirs": "1"})])

    transaction = simple(record, version=record.version)
    assert await store.apply([transaction]) == [Outcome.CONFLICT]


async def test_who_met_somebody_is_merged_and_the_others_are_made_once(store):
    met, alone = [await stored(store, data={"a": 1}) for _ in range(2)]
    await store.apply([make_update(met, values={"theirs": "1"})])
    expired = await stored(store, data={"a": 1}, expires_at=START)

    outcomes = await store.apply([simple(one) for one in (alone, expired, met)])

    assert outcomes == [Outcome.APPLIED, Outcome.GONE, Outcome.APPLIED]
    assert [(one.data, one.version) for one in await found(store, met, alone)] == [
        ('{"a":2,"theirs":1}', 2),
        ('{"a":2}', 1),
    ]


async def test_simple_changes_go_the_short_way_beside_others(store):
    records = [await stored(store, data={"a": 1}) for _ in range(4)]
    first, unknown, gone, last = records
    first, last = await found(store, first, last)
    changes = [
        *(simple(first), simple(unknown)),
        *(Delete(gone.handle), Delete("nobody's"), simple(last)),
    ]

    outcomes = await store.apply(changes)

    applied, nothing = Outcome.APPLIED, Outcome.GONE
    assert outcomes == [applied, applied, applied, nothing, applied]
    after = await found(store, first, unknown, last)
    assert [one.data for one in after] == ['{"a":2}'] * 3
    # What went the short way is known as the change had it, and was not read.
    assert after[0].data is changes[0].whole.data
    assert after[2].data is changes[4].whole.data


async def test_our_own_change_is_known_without_reading_it(store):
    record = await stored(store, data={"b": 1, "a": 1})
    (record,) = await found(store, record)
    first = simple(record)

    assert await store.apply([first]) == [Outcome.APPLIED]
    (record,) = await found(store, record)
    second = simple(record, values={"b": "2"})
    assert await store.apply([second]) == [Outcome.APPLIED]

    (now,) = await found(store, record)
    assert (now.data, now.version) == ('{"b":2,"a":2}', 2)
    # The very texts of the changes: no row was made a record.
    assert record.data is first.whole.data
    assert now.data is second.whole.data


@pytest.mark.parametrize("is_known", [True, False])
async def test_what_a_change_met_under_the_same_version_is_seen(
    store, by_hand, is_known
):
    # A standby that took over without the last change gives its version again.
    record = await stored(store, data={"a": 1, "b": 1})
    (record,) = await found(store, record)
    await by_hand("UPDATE sessions SET texts[2] = '9'")
    if is_known:
        assert await found(store, record) != [record]

    assert await store.apply([simple(record)]) == [Outcome.APPLIED]

    (now,) = await found(store, record)
    assert (now.data, now.version) == ('{"a":2,"b":9}', 1)


async def test_a_key_that_is_new_only_to_us_is_set(store, by_hand):
    record = await stored(store, data={"b": 1})
    (record,) = await found(store, record)
    await by_hand("UPDATE sessions SET keys[1] = '\"a\"'")

    assert await store.apply([simple(record)]) == [Outcome.APPLIED]

    assert [one.data for one in await found(store, record)] == ['{"a":2}']


async def test_a_handle_may_hold_a_line_break(store, short_way_only):
    record = make_record(handle="two\nlines", data={"a": 1})
    await store.apply([Create(record), Create(make_record(handle="two"))])
    await short_way_only()

    (known,) = await found(store, record)
    assert known == record
    assert await store.apply([simple(known)]) == [Outcome.APPLIED]

    assert [one.data for one in await found(store, record)] == ['{"a":2}']


async def test_it_agrees_with_the_merge(store):
    chance, met = random.Random(8), Counter()  # noqa: S311 (a test keeps no secret)
    texts = ["1", "[]", '{"z":[1.0,{}]}', '"\\\\ é😀 \\u0000"', "12345678901234567890"]
    keys = ["a", 'say "hé"', "", "\0", "new"]
    record = make_record(data={"b": 2, "a": [1.5, {}], "": 1, 'say "hé"': 1, "\0": 0})
    async with MemoryStore() as law:
        await asyncio.gather(*(one.apply([Create(record)]) for one in (law, store)))
        (record,) = await found(store, record)
        for _ in range(200):
            late = chance.random()
            update = simple(
                record,
                now=record.expires_at if late < 0.1 else NOW,
                generation=record.generation - (0.1 < late < 0.2),
                id_digest=make_digest("old") if 0.2 < late < 0.3 else record.id_digest,
                version=record.version - 1 if 0.3 < late < 0.4 else None,
                values={chance.choice(keys): chance.choice(texts)},
            )
            outcome = await law.apply([update])
            met.update(outcome)
            assert await store.apply([update]) == outcome
            (wanted,) = await found(law, record)
            # What it knows now is what is stored, as one who knows nothing reads it.
            (record,) = await found(store, record)
            assert record == wanted
            assert [page async for page in store.walk(batch=2)] == [[wanted]]

    assert met.keys() == set(Outcome) - {Outcome.TAKEN, Outcome.TOO_LARGE}


async def test_records_are_locked_in_the_order_of_their_handles(
    store, operator, schema
):
    # Or two processes that write the same two could wait for each other for ever.
    first, last = sorted(make_record(data={"a": 1}) for _ in range(2))
    # So many that the server looks each up, in whatever order it is told.
    others = [make_record() for _ in range(3000)]
    await store.apply([Create(one) for one in (last, first, *others)])
    await operator.execute(f"ANALYZE {schema}.sessions")
    lock = f"SELECT FROM {schema}.sessions WHERE handle = $1 FOR UPDATE"
    async with operator.transaction():
        await operator.execute(lock, first.handle)
        writing = asyncio.create_task(store.apply([simple(last), simple(first)]))
        await operator.execute(UNTIL_SOMEBODY_WAITS)

        await operator.execute(f"{lock} NOWAIT", last.handle)
    assert await writing == [Outcome.APPLIED] * 2
