"""The store in an SQLite file: the contract, with what is its own."""

import asyncio
import os
import signal

import pytest

from tests.contracts import StoreContract
from tests.programs import program
from tests.sessions.stores.sqlite_files import (
    ENVIRONMENT,
    ask,
    cancelled,
    database,
    nothing_is_left_open,
)
from tornado_app.sessions import SQLiteStore, StoreUnavailableError
from tornado_app.sessions.record import Create, Outcome
from tornado_app.sessions.testing import NOW, START, make_record, make_update


@pytest.fixture
async def store(path):
    async with SQLiteStore(path) as store:
        yield store


class TestSQLiteStore(StoreContract):
    @pytest.fixture
    async def store(self, path):
        async with SQLiteStore(path) as store:
            yield store


async def test_two_processes_see_each_others_commits_at_once(store, path):
    record = make_record()
    async with SQLiteStore(path) as other:
        await store.apply([Create(record)])
        await other.apply([make_update(record, values={"a": "1"})])

        assert (await store.find([record.handle], now=NOW))[record.handle].version == 1


async def test_commits_of_two_processes_at_once_all_count(store, path):
    record = make_record()
    await store.apply([Create(record)])

    async with SQLiteStore(path) as other:
        await asyncio.gather(
            *(
                one.apply([make_update(record, values={f"{n}{one is store}": "1"})])
                for n in range(20)
                for one in (store, other)
            )
        )

    found = await store.find([record.handle], now=NOW)
    assert found[record.handle].version == 40
    assert found[record.handle].data.count(":1") == 40


async def test_a_closed_store_leaves_no_log_and_no_thread(path):
    async with SQLiteStore(path) as store:
        await store.apply([Create(make_record())])

    assert sorted(os.listdir(path.parent)) == [path.name, f"{path.name}-lead"]
    await nothing_is_left_open(path)


async def test_a_store_that_is_not_open_says_so(path):
    store = SQLiteStore(path)

    with pytest.raises(RuntimeError, match="inside `async with`"):
        await store.count(now=START)
    async with store:
        pass
    with pytest.raises(RuntimeError, match="inside `async with`"):
        await store.apply([])


async def test_a_closed_store_can_be_opened_again(path):
    store = SQLiteStore(path)
    async with store:
        await store.apply([Create(make_record())])

    async with store:
        assert await store.count(now=START) == 1


async def test_a_folder_that_is_missing_is_made(tmp_path):
    path = tmp_path / "var" / "new" / "sessions.db"

    async with SQLiteStore(path):
        assert path.exists()


async def test_opening_that_is_cancelled_at_any_moment_leaves_nothing_open(path):
    for turns in [*range(12), 20, 40, 80, 200]:
        store = SQLiteStore(path)
        ended = await cancelled(store.__aenter__(), after_turns=turns)

        if ended is store and turns > 11:  # it was open by then
            await store.__aexit__(None, None, None)
        else:
            assert isinstance(ended, asyncio.CancelledError)
        await nothing_is_left_open(path)


async def test_opening_that_is_cancelled_while_it_waits_leaves_nothing_open(path):
    async with SQLiteStore(path):
        pass
    with database(path) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        opening = asyncio.ensure_future(SQLiteStore(path).__aenter__())
        await asyncio.sleep(0.05)
        opening.cancel()

    with pytest.raises(asyncio.CancelledError):
        await opening
    await nothing_is_left_open(path)


async def test_opening_that_fails_after_it_was_cancelled_ends_as_cancelled(tmp_path):
    ended = await cancelled(SQLiteStore(tmp_path).__aenter__(), after_turns=1)

    assert isinstance(ended, asyncio.CancelledError)
    await nothing_is_left_open(tmp_path)


async def test_closing_that_is_cancelled_at_any_moment_leaves_nothing_open(path):
    # After 0 turns it would not even have begun.
    for turns in range(1, 12):
        store = await SQLiteStore(path).__aenter__()

        await cancelled(store.__aexit__(None, None, None), after_turns=turns)

        await nothing_is_left_open(path)


async def test_a_cancelled_commit_leaves_no_transaction_open(store, path):
    record = make_record()
    await store.apply([Create(record)])

    for turns in range(12):
        change = make_update(record, values={"a": str(turns)})
        await cancelled(store.apply([change] * 50), after_turns=turns)

        await store.count(now=START)
        assert await store.apply([make_update(record, touch=True)])
        with database(path) as other:
            other.execute("BEGIN IMMEDIATE")


async def test_a_call_that_fails_halfway_changes_nothing(store):
    record = make_record()
    wrong = make_record(data=None, id_digest=b"", user=object())

    with pytest.raises(StoreUnavailableError):
        await store.apply([Create(record), Create(wrong)])

    assert await store.count(now=START) == 0
    assert await store.apply([Create(record)]) == [Outcome.APPLIED]


async def test_a_full_disk_is_an_unavailable_store_until_there_is_room(store):
    pages = "PRAGMA max_page_count"
    await store._writer.run(lambda db: db.execute(f"{pages}=12").fetchone())
    big = [Create(make_record(data={"big": "x" * 60_000})) for _ in range(3)]

    with pytest.raises(StoreUnavailableError, match=r"sqlite .* \(during apply\)"):
        await store.apply(big)
    assert await store.count(now=START) == 0

    await store._writer.run(lambda db: db.execute(f"{pages}=1000").fetchone())
    assert await store.apply(big) == [Outcome.APPLIED] * 3


async def test_a_locked_file_is_an_unavailable_store_until_it_is_free(store, path):
    await store._writer.run(lambda db: db.execute("PRAGMA busy_timeout=1").fetchone())
    change = Create(make_record())

    with database(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError):
            await store.apply([change])
        assert await store.count(now=START) == 0, "readers go on"

    assert await store.apply([change]) == [Outcome.APPLIED]


@pytest.mark.parametrize("operation", ["find", "of_user", "count"])
async def test_each_reading_operation_is_named_when_it_fails(store, path, operation):
    arguments = {"find": [["handle"]], "of_user": ["7"], "count": []}[operation]
    with database(path) as other:
        other.execute("DROP TABLE sessions")

    with pytest.raises(StoreUnavailableError) as caught:
        await getattr(store, operation)(*arguments, now=START)

    assert (caught.value.store, caught.value.operation) == ("sqlite", operation)


def test_a_program_that_fails_with_an_open_store_ends_at_once(tmp_path):
    code = (
        "import asyncio, sys; from tornado_app.sessions import SQLiteStore\n"
        "async def main():\n"
        "    async with SQLiteStore('sessions.db'):\n"
        "        raise SystemExit(7)\n"
        "asyncio.run(main())"
    )

    with program(tmp_path, "-c", code, environment=ENVIRONMENT) as running:
        assert running.exit_code() == 7


def test_what_was_answered_survives_a_kill(tmp_path):
    code = (
        "import asyncio, os, signal\n"
        "from tornado_app.sessions import SQLiteStore\n"
        "from tornado_app.sessions.record import Create\n"
        "from tornado_app.sessions.testing import make_record\n"
        "async def main():\n"
        "    async with SQLiteStore('sessions.db') as store:\n"
        "        await store.apply([Create(make_record())])\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())"
    )

    with program(tmp_path, "-c", code, environment=ENVIRONMENT) as running:
        assert running.exit_code() == -signal.SIGKILL

    assert ask(tmp_path / "sessions.db", "SELECT count(*) FROM sessions") == 1
