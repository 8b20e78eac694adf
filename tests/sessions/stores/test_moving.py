"""A store that moves: the contract wherever the records are, with what is its own."""

import os
import re
from datetime import timedelta

import pytest

from tests.contracts import StoreContract
from tests.servers.valkey_shared import empty_store_url as empty_redis_url
from tornado_app.sessions import (
    MemoryStore,
    SQLiteStore,
    StoreOpenError,
    StoreUnavailableError,
    open_store,
)
from tornado_app.sessions.record import Create, Delete, Outcome
from tornado_app.sessions.stores import MovingStore
from tornado_app.sessions.testing import (
    NOW,
    START,
    make_record,
    make_update,
)


def sqlite(folder, name="sessions.db"):
    return SQLiteStore(folder / name, durability="normal")


class Placing(MovingStore):
    """Puts some of what is created in the old store, as if it had been there before."""

    def __init__(self, old, new, *, is_old):
        super().__init__(old, new)
        self._is_old = is_old

    async def apply(self, changes):
        outcomes = []
        for change in changes:
            outcomes += await self._place(change)
        return outcomes

    async def _place(self, change):
        if not isinstance(change, Create) or not self._is_old(change.record.handle):
            return await super().apply([change])
        # A handle is never given out twice, so only the tests can meet this one.
        known = await self.new.find([change.record.handle], now=START)
        return [Outcome.TAKEN] if known else await self.old.apply([change])


class MovingContract(StoreContract):
    # What has expired is kept for an hour; what was deleted leaves a tombstone.
    expires_by_itself = True
    frees_handles = False


class TestMovingToMemory(MovingContract):
    @pytest.fixture
    async def store(self, tmp_path):
        async with MovingStore(sqlite(tmp_path), MemoryStore()) as store:
            yield store


class TestMovingFromMemoryWithEveryRecordThere(MovingContract):
    @pytest.fixture
    async def store(self, tmp_path):
        old, new = MemoryStore(), sqlite(tmp_path)
        async with Placing(old, new, is_old=lambda handle: True) as store:
            yield store


class TestMovingFromSQLiteWithHalfTheRecordsThere(MovingContract):
    @pytest.fixture
    async def store(self, tmp_path):
        old, new = sqlite(tmp_path), sqlite(tmp_path, "new.db")
        async with Placing(
            old, new, is_old=lambda handle: ord(handle[-1]) % 2
        ) as store:
            yield store


class Move:
    """Two processes of a site that moves, with the stores themselves."""

    def __init__(self):
        self.old, self.new = MemoryStore(), MemoryStore()
        self.one = MovingStore(self.old, self.new)
        self.two = MovingStore(self.old, self.new)

    async def in_old(self, **fields):
        record = make_record(**fields)
        await self.old.apply([Create(record)])
        return record

    async def copy(self, record):
        """What `migrate` does beside the site."""
        return (await self.new.apply([Create(record)]))[0]


@pytest.fixture
def move():
    return Move()


async def change(store, record, **fields):
    return (await store.apply([make_update(record, **fields)]))[0]


async def is_found(store, record, now=NOW):
    return record.handle in await store.find([record.handle], now=now)


async def test_a_session_of_the_old_store_is_served_from_there(move):
    record = await move.in_old(data={"name": "Ada"})

    assert await move.one.find([record.handle], now=NOW) == {record.handle: record}
    assert await move.new.count(now=NOW) == 0


async def test_a_new_session_is_made_in_the_new_store_alone(move):
    record = make_record()

    await move.one.apply([Create(record)])

    assert await is_found(move.new, record)
    assert not await is_found(move.old, record)


async def test_a_change_brings_the_session_over(move):
    record = await move.in_old(data={"name": "Ada"})

    assert await change(move.one, record, values={"n": "1"}) is Outcome.APPLIED

    assert await move.old.count(now=NOW) == 0
    found = await move.new.find([record.handle], now=NOW)
    assert found[record.handle].data == '{"name":"Ada","n":1}'


async def test_reading_brings_nothing_over(move):
    record = await move.in_old(user="7")

    await move.one.find([record.handle], now=NOW)
    await move.one.of_user("7", now=NOW)
    await move.one.count(now=NOW)

    assert await move.new.count(now=NOW) == 0


@pytest.mark.parametrize("is_copied", [True, False])
async def test_whoever_read_a_session_before_its_end_cannot_bring_it_back(
    move, is_copied
):
    record = await move.in_old(user="7")
    if is_copied:
        await move.copy(record)

    assert await move.one.apply([Delete(record.handle)]) == [Outcome.APPLIED]

    assert await move.copy(record) is Outcome.TAKEN
    for store in (move.one, move.two, move.old):
        assert not await is_found(store, record)
    assert await move.two.count(now=NOW) == 0
    assert [batch async for batch in move.two.walk(batch=9) if batch] == []
    assert await move.two.of_user("7", now=NOW) == []


async def test_nobody_owns_a_tombstone_and_no_request_can_change_it(move):
    record = await move.in_old(user="7", data={"secret": 1})
    await move.one.apply([Delete(record.handle)])

    (left,) = (await move.new.find([record.handle], now=NOW)).values()

    assert left.user != "7"
    assert left.data == "{}"
    assert not left.opens_with(record.id_digest, NOW)
    assert await change(move.new, record, values={"n": "1"}) is Outcome.GONE


async def test_a_tombstone_outlives_what_the_old_store_had(move):
    record = await move.in_old()
    await move.one.apply([Delete(record.handle)])

    await move.one.delete_expired(now=record.expires_at, limit=9)

    assert await move.copy(record) is Outcome.TAKEN


async def test_a_session_that_expired_earlier_than_the_old_store_knew_stays_so(move):
    record = await move.in_old()
    await move.copy(record)
    soon = timedelta(minutes=1)
    await change(move.one, record, own_idle=(soon,), touch=True)
    after = NOW + soon

    assert not await is_found(move.two, record, after)
    await move.two.delete_expired(now=after, limit=9)
    assert await move.copy(record) is Outcome.TAKEN, "a late copy"
    await move.two.delete_expired(now=after + timedelta(hours=1), limit=9)

    assert await move.new.count(now=START) == 0
    assert not await is_found(move.two, record, after)


async def test_a_session_in_both_stores_counts_once(move):
    copied, left = await move.in_old(user="7"), await move.in_old(user="7")
    await move.copy(copied)
    await move.one.apply([Create(make_record(user="7"))])

    assert await move.one.count(now=NOW) == 3
    assert len(await move.one.of_user("7", now=NOW)) == 3
    walked = [one.handle async for some in move.one.walk(batch=1) for one in some]
    assert len(walked) == len(set(walked)) == 3
    assert await move.one.count_left(now=NOW) == 1
    assert left.handle in walked


async def test_revoking_a_user_ends_the_sessions_of_both_stores(move):
    first, kept = await move.in_old(user="7"), await move.in_old(user="7")
    second = make_record(user="7")
    await move.one.apply([Create(second)])

    assert await move.one.delete_user("7", now=NOW, keep=kept.handle) == 2

    for record in (first, second):
        assert not await is_found(move.two, record)
        assert await move.copy(record) is Outcome.TAKEN
    assert await is_found(move.two, kept)


async def test_the_sweep_takes_from_both_and_keeps_the_newly_expired(move):
    await move.in_old(expires_at=NOW)
    await move.one.apply([Create(make_record(expires_at=NOW))])

    assert await move.one.delete_expired(now=NOW, limit=9) == 1
    assert await move.one.delete_expired(now=NOW + timedelta(hours=1), limit=9) == 1


async def test_whichever_step_a_process_dies_at_the_next_one_goes_on(tmp_path):
    for steps in range(5):
        move = Move()
        record = await move.in_old(data={"n": 0})
        dying = MovingStore(Dying(move.old, steps), move.new)
        dying.new = Dying(move.new, steps, dying.old)

        with pytest.raises(PowerCutError):
            await dying.apply([Delete(record.handle)])
        assert await is_found(move.two, record)
        assert await change(move.two, record, values={"n": "1"}) is Outcome.APPLIED
        assert await move.two.apply([Delete(record.handle)]) == [Outcome.APPLIED]

        assert not await is_found(move.two, record)
        assert await move.copy(record) is Outcome.TAKEN


class PowerCutError(Exception):
    """The process is no more."""


class Dying:
    """A store that dies with its process after some calls, to it and its like."""

    def __init__(self, store, calls, like=None):
        self._store, self._like, self._left = store, like, calls

    async def find(self, handles, *, now):
        self._count()
        return await self._store.find(handles, now=now)

    async def apply(self, changes):
        self._count()
        return await self._store.apply(changes)

    def _count(self):
        if self._like is not None:
            return self._like._count()
        self._left -= 1
        if self._left < 0:
            raise PowerCutError
        return None


async def test_a_store_that_cannot_be_opened_closes_the_other(tmp_path):
    (tmp_path / "text").write_text("no database, " * 99)
    old = sqlite(tmp_path)

    with pytest.raises(StoreOpenError):
        await MovingStore(old, sqlite(tmp_path, "text")).__aenter__()

    with pytest.raises(RuntimeError):
        await old.count(now=NOW)


@pytest.mark.parametrize(
    "new", ["./{0}", "{1}", "{1}?durability=normal", "{2}/link.db", "{2}/hard.db"]
)
def test_one_file_is_never_moved_to_itself(tmp_path, new):
    """Each session was lost at its first change."""
    file = tmp_path / "sessions.db"
    file.touch()
    (tmp_path / "link.db").symlink_to(file)
    (tmp_path / "hard.db").hardlink_to(file)
    relative = os.path.relpath(file)
    url = new.format(relative, file, tmp_path)

    with pytest.raises(ValueError, match="want two different stores"):
        open_store(f"moving:sqlite:///{relative}|sqlite:///{url}")


async def test_one_server_by_two_names_is_never_moved_to_itself():
    url = empty_redis_url()
    other = url.replace("127.0.0.1", "localhost")
    record = make_record()
    async with open_store(url) as store:
        await store.apply([Create(record)])

        with pytest.raises(StoreOpenError, match="OLD and NEW are the same place"):
            await open_store(f"moving:{url}|{other}").__aenter__()

        assert await store.count(now=START) == 1, "no mark is left"
        assert await is_found(store, record)


class Down(MemoryStore):
    """A store that does not answer for now."""

    is_down = True

    async def find(self, handles, *, now):
        if self.is_down:
            raise StoreUnavailableError("memory", "find")
        return await super().find(handles, now=now)


async def test_what_was_down_at_first_is_looked_at_before_a_session_is_brought_over():
    place = Down()
    record = make_record()
    await place.apply([Create(record)])
    async with MovingStore(place, place) as moving:
        place.is_down = False

        with pytest.raises(StoreOpenError, match="are the same place"):
            await change(moving, record, values={"n": "1"})

    assert await is_found(place, record)
    assert await place.count(now=START) == 1, "no mark is left"


async def test_what_was_down_at_first_can_be_moved_once_it_is_there():
    old, new = Down(), MemoryStore()
    record = make_record()
    await old.apply([Create(record)])
    async with MovingStore(old, new) as moving:
        old.is_down = False

        assert await change(moving, record, values={"n": "1"}) is Outcome.APPLIED

    assert await old.count(now=START) == 0
    assert await new.count(now=START) == 1


def test_a_url_names_both_stores():
    store = open_store("moving:sqlite:///old.db?durability=normal|memory://")

    assert isinstance(store, MovingStore)
    assert isinstance(store.old, SQLiteStore)
    assert isinstance(store.new, MemoryStore)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("moving:", "want moving:OLD|NEW with two URLs"),
        ("moving:sqlite:///a.db", "want moving:OLD|NEW with two URLs"),
        ("moving:sqlite:///a.db|", "want moving:OLD|NEW with two URLs"),
        ("moving:memory://|memory://|memory://", "want moving:OLD|NEW with two URLs"),
        ("moving:sqlite:///a.db|sqlite:///a.db", "want two different stores"),
        ("moving:memory://|moving:memory://", "no moves themselves"),
        ("moving:memory://|sqlite:///", "want a file name in sqlite:///FILE"),
    ],
)
def test_a_wrong_url_of_a_move_is_refused(url, problem):
    with pytest.raises(ValueError, match=re.escape(problem)):
        open_store(url)
