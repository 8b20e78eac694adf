"""What a process knows of the records in Redis, and when it asks for them."""

import asyncio
import random
import subprocess
import sys
from collections import Counter

import pytest

from tests.servers import valkey
from tests.sessions.stores.simple_updates import simple_update
from tools.environment import ROOT
from tornado_app.sessions import (
    MemoryStore,
    Session,
    Sessions,
    StoreUnavailableError,
    ids,
    open_store,
)
from tornado_app.sessions.merging import merge
from tornado_app.sessions.record import Create, Delete, Outcome, Whole
from tornado_app.sessions.testing import (
    NOW,
    START,
    make_record,
    make_update,
)


@pytest.fixture(scope="module")
def server():
    with valkey.Server() as server:
        yield server


@pytest.fixture
async def store(server):
    async with open_store(server.url) as store:
        yield store
    server.call("FLUSHALL")


@pytest.fixture
def calls(server):
    """A function that returns how often a command was run since it was asked last."""

    def count(name):
        statistics = server.call("INFO", "commandstats")
        server.call("CONFIG", "RESETSTAT")
        return statistics.get(f"cmdstat_{name}", {"calls": 0})["calls"]

    return count


def key_of(record):
    return f"session:s:{record.handle}"


def by_hand(server, record, *fields):
    """What no process of ours does: a change that its stamp does not tell of."""
    server.call("HSET", key_of(record), *fields)


async def stored(store, **facts):
    """A new record as the store gives it out."""
    record = make_record(**facts)
    await store.apply([Create(record)])
    return await found(store, record)


async def found(store, record):
    return (await store.find([record.handle], now=START)).get(record.handle)


def simple(record, **values):
    """What sets *values* of *record*, the very one that the store gave out."""
    update = make_update(record, values=values)
    _, after = merge(record, update)
    return update._replace(whole=Whole(record.version, after.data, loaded=record))


async def test_a_record_that_is_as_it_was_is_not_sent_again(store, calls):
    record = await stored(store)
    calls("hgetall")

    for _ in range(3):
        assert await found(store, record) is record

    assert calls("hgetall") == 0


async def test_a_handle_that_is_asked_for_twice_is_found(store):
    record = await stored(store)

    handles = [record.handle] * 2
    assert await store.find(handles, now=START) == {record.handle: record}


async def test_our_own_simple_change_is_known_without_asking(store, calls):
    record = await stored(store, data={"a": 1, "b": 1})
    calls("hgetall")

    assert await store.apply([simple(record, b="2")]) == [Outcome.APPLIED]
    changed = await found(store, record)
    assert await store.apply([simple(changed, a="2")]) == [Outcome.APPLIED]

    assert (await found(store, record)).data == '{"a":2,"b":2}'
    assert calls("hgetall") == 0


async def test_who_met_somebody_is_merged_and_the_others_are_made_once(store, calls):
    met, alone = [await stored(store, data={"a": 1}) for _ in range(2)]
    await store.apply([make_update(met, values={"theirs": "1"})])
    calls("hgetall")

    changes = [simple(one, a="2") for one in (alone, met)]
    assert await store.apply(changes) == [Outcome.APPLIED] * 2

    assert calls("hgetall") == 1
    records = [await found(store, one) for one in (met, alone)]
    assert [(one.data, one.version) for one in records] == [
        ('{"a":2,"theirs":1}', 2),
        ('{"a":2}', 1),
    ]


async def test_the_short_script_agrees_with_the_merge(store, server):
    chance, met = random.Random(6), Counter()  # noqa: S311 (a test keeps no secret)
    record = make_record(data={"b": 2, "a": [1.5, {}], "": 1, 'say "hé"': 1})
    async with MemoryStore() as law, open_store(server.url) as asking:
        await law.apply([Create(record)])
        await store.apply([Create(record)])
        record = await found(store, record)
        for _ in range(400):
            update = simple_update(chance, record)
            outcome = await law.apply([update])
            met.update(outcome)
            assert await store.apply([update]) == outcome
            (wanted,) = (await law.find([record.handle], now=START)).values()
            # What it knows now is what is stored, as one who knows nothing reads it.
            (record,) = (await store.find([record.handle], now=START)).values()
            assert record == wanted
            assert await asking._records.read(asking._link, [record.handle]) == [wanted]

    assert met.keys() == set(Outcome) - {Outcome.TAKEN, Outcome.TOO_LARGE}


async def test_what_another_process_did_is_seen_at_once(store, server):
    record = await stored(store, data={"a": 1})
    async with open_store(server.url) as other:
        await other.apply([simple(await found(other, record), a="2")])
        assert (await found(store, record)).data == '{"a":2}'

        await other.apply([make_update(record, values={"a": "3"}, touch=True)])
        assert (await found(store, record)).data == '{"a":3}'

        await other.apply([Delete(record.handle)])
        assert await found(store, record) is None


async def test_a_version_that_was_given_twice_is_not_taken_for_the_first(store, server):
    # A replica that took over without the last change gives its version again.
    record = await stored(store, data={"a": 1})
    await store.apply([simple(record, a="2")])
    known = await found(store, record)
    by_hand(server, record, '"a"', "1:3", "stamp", "another master's")

    again = await found(store, record)

    assert (again.version, again.data) == (known.version, '{"a":3}')


async def test_a_change_of_a_version_that_was_given_twice_is_merged(store, server):
    record = await stored(store, data={"a": 1, "b": 1})
    by_hand(server, record, '"b"', "2:9", "stamp", "another master's")

    assert await store.apply([simple(record, a="2")]) == [Outcome.APPLIED]

    assert (await found(store, record)).data == '{"a":2,"b":9}'


async def test_what_an_older_record_becomes_is_not_taken_for_the_known_one(
    store, server
):
    record = await stored(store, data={"a": 1, "b": 1})
    by_hand(server, record, '"b"', "2:9", "stamp", "another master's")
    assert (await found(store, record)).data == '{"a":1,"b":9}'

    # Loaded before, of the same version: its whole says what is not so any more.
    assert await store.apply([simple(record, a="2")]) == [Outcome.APPLIED]

    assert (await found(store, record)).data == '{"a":2,"b":9}'


async def test_a_version_that_two_processes_gave_is_two_states(store, server):
    record = await stored(store, data={"a": 1})
    before = server.call("DUMP", key_of(record))
    await store.apply([simple(record, a="2")])
    server.call("RESTORE", key_of(record), 0, before, "REPLACE")
    async with open_store(server.url) as other:
        await stored(other)  # each has made as many changes by now
        await other.apply([simple(await found(other, record), a="3")])

    assert (await found(store, record)).data == '{"a":3}'


async def test_a_record_without_a_stamp_is_read_each_time(store, server):
    record = await stored(store, data={"a": 1})
    server.call("HDEL", key_of(record), "stamp")
    for number in range(2):
        by_hand(server, record, '"a"', f"1:{number}")
        assert (await found(store, record)).data == f'{{"a":{number}}}'

    await store.apply([make_update(record, values={"b": "1"})])
    known = await found(store, record)
    assert await found(store, record) is known


async def test_a_stamp_that_was_emptied_by_hand_is_none(store, server):
    record = await stored(store, data={"a": 1, "b": 1})
    by_hand(server, record, "stamp", "")
    async with open_store(server.url) as other:
        read = await found(other, record)
        by_hand(server, record, '"b"', "2:9")

        assert await other.apply([simple(read, a="2")]) == [Outcome.APPLIED]
        assert (await found(other, record)).data == '{"a":2,"b":9}'


async def test_what_is_left_of_a_record_is_none(store, server):
    record = await stored(store)
    await store.apply([Delete(record.handle)])
    by_hand(server, record, "user", "alice")

    assert await found(store, record) is None
    assert [one async for batch in store.walk(batch=9) for one in batch] == []


async def test_a_batch_of_many_kinds_has_the_outcomes_of_each_alone(store):
    chance = random.Random(7)  # noqa: S311 (a test keeps no secret)
    async with MemoryStore() as law:
        for _ in range(20):
            known = [make_record(data={"a": 1}) for _ in range(8)]
            for one in (law, store):
                await one.apply(list(map(Create, known)))
            records = [await found(store, one) for one in known]
            changes = [
                *map(Create, [records[0], make_record()]),
                *map(Delete, [records[1].handle, make_record().handle]),
                *[simple(one, a="2") for one in records[2:5]],
                *[make_update(one, values={"b": "1"}) for one in records[5:7]],
                make_update(records[7], generation=3, values={"b": "1"}),
            ]
            chance.shuffle(changes)
            handles = [change.handle for change in changes]

            assert await store.apply(changes) == await law.apply(changes)
            wanted = await law.find(handles, now=START)
            assert await store.find(handles, now=START) == wanted


async def test_changes_of_one_record_are_made_in_their_order(store):
    record, met = make_record(), await stored(store, data={"a": 1})
    await store.apply([make_update(met, values={"theirs": "1"})])
    update = make_update(record, values={"a": "1"})

    changes = [update, Create(record), update, simple(met, a="2"), Delete(met.handle)]
    outcomes = await store.apply([*changes, Delete(record.handle), update])

    assert [one.value for one in outcomes] == [
        *("gone", "applied", "applied", "applied", "applied", "applied", "gone")
    ]


async def test_thousands_of_keys_at_once_are_merged(store):
    keys = [f"key {number}" for number in range(4000)]
    record = await stored(store, data=dict.fromkeys(keys, 1))

    change = simple(record, **dict.fromkeys(keys, "2"))
    assert await store.apply([change]) == [Outcome.APPLIED]

    assert (await found(store, record)).data == change.whole.data


async def test_a_request_after_a_request_asks_for_no_record(server, calls):
    async with Sessions(open_store(server.url)) as sessions:
        new = await sessions.lifecycle.load(ids.NOTHING)
        Session(sessions.lifecycle, new)["visits"] = 1
        await sessions.lifecycle.commit(new)
        cookie = ids.found(new.session_id)
        await sessions.lifecycle.load(cookie)
        calls("hgetall")

        for visits in (1, 2, 3):
            draft = await sessions.lifecycle.load(cookie)
            session = Session(sessions.lifecycle, draft)
            assert session["visits"] == visits
            session["visits"] += 1
            await session.save()

        assert calls("hgetall") == 0
    server.call("FLUSHALL")


async def test_a_batch_is_one_call_of_each_script(store, calls):
    records = [await stored(store, data={"a": 1}) for _ in range(20)]
    calls("evalsha")

    await store.find([one.handle for one in records], now=NOW)
    assert calls("evalsha") == 1

    await store.apply([simple(one, a="2") for one in records])
    assert calls("evalsha") == 1


async def test_an_error_of_one_is_the_answer_to_all_of_its_call(store, server):
    whole, broken = [await stored(store, data={"a": 1}) for _ in range(2)]
    server.call("SET", key_of(broken), "what no change can be made of")

    with pytest.raises(StoreUnavailableError):
        await store.apply([simple(one, a="2") for one in (whole, broken)])
    with pytest.raises(StoreUnavailableError):
        await store.find([whole.handle, broken.handle], now=NOW)

    server.call("DEL", key_of(broken))
    found = await store.find([whole.handle, broken.handle], now=NOW)
    assert list(found) == [whole.handle]


async def test_a_call_under_way_leaves_no_connection_after_the_end(server):
    def count(fact):
        return server.call("INFO", "clients")[fact]

    before = count("connected_clients")
    async with open_store(server.url) as store:
        blocked = store._link._route.send_to(None, [("BLPOP", "a-list", 0)], 0)
        asking = asyncio.create_task(blocked)
        await asyncio.to_thread(valkey.until, lambda: count("blocked_clients") == 1)
    server.call("RPUSH", "a-list", "x")

    assert await asking == [[b"a-list", b"x"]]
    await asyncio.to_thread(valkey.until, lambda: count("connected_clients") == before)


CREATE_AFTER_FORK = """
import asyncio, os, sys
from tornado_app.sessions import open_store
from tornado_app.sessions.record import Create
from tornado_app.sessions.testing import make_record

async def create(store, handle):
    async with store:
        await store.apply([Create(make_record(handle=handle))])

store = open_store(sys.argv[1])
child = os.fork()
asyncio.run(create(store, "parent" if child else "child"))
if child:
    sys.exit(os.waitpid(child, 0)[1])
"""


def test_processes_that_were_one_give_stamps_of_their_own(server):
    words = [sys.executable, "-c", CREATE_AFTER_FORK, server.url]
    subprocess.run(words, check=True, cwd=ROOT)

    stamps = [
        server.call("HGET", f"session:s:{name}", "stamp")
        for name in ("parent", "child")
    ]
    assert None not in stamps
    assert len(set(stamps)) == 2
    server.call("FLUSHALL")
