"""How sessions come from one store to another."""

import io
import os
import re
from datetime import timedelta

import pytest

from tests.servers import valkey
from tests.servers.postgresql_shared import empty_store_url
from tests.servers.valkey_shared import empty_store_url as empty_redis_url
from tornado_app.sessions import MemoryStore, SQLiteStore, open_store
from tornado_app.sessions.manager import utc_now
from tornado_app.sessions.operating.migrating import Migration
from tornado_app.sessions.operating.progress import Progress
from tornado_app.sessions.record import Create, Delete
from tornado_app.sessions.stores import MovingStore
from tornado_app.sessions.testing import FakeClock, make_record, make_update

from .journey import Journey
from .site_file import DAY, NOW, keep, record, stored


@pytest.fixture
def target_url(tmp_path):
    return f"sqlite:///{tmp_path}/target.db"


@pytest.fixture
def copy(url, target_url, command):
    return lambda *words: command("migrate", "--from", url, "--to", target_url, *words)


def test_every_live_session_is_copied_whole(url, target_url, copy):
    records = [record(data={"n": n}, user=f"{n}", version=n) for n in range(25)]
    keep(url, *records)

    code, output, errors = copy("--batch", "10")

    assert (code, errors) == (0, "")
    assert stored(target_url) == {one.handle: one for one in records}
    assert re.match(r"25 copied in [0-9.]+ s: [0-9,]+ sessions a second\.\n", output)
    assert "Verified: all 25 live sessions of FROM are in TO." in output


def test_from_is_never_changed(url, copy):
    keep(url, record(user="ada"), record(expires_at=NOW - DAY))
    before = stored(url)

    copy()

    assert stored(url) == before


def test_expired_sessions_are_left_out(url, target_url, copy):
    live = record()
    keep(url, live, record(expires_at=NOW - DAY))

    _, output, _ = copy()

    assert list(stored(target_url)) == [live.handle]
    assert "0 were there already, 1 have expired." in output


def test_what_is_there_already_is_passed_over(url, target_url, copy):
    one, two = record(), record(data={"n": 0})
    newer = two._replace(data='{"n": 1}', version=1)
    keep(url, one, two)
    keep(target_url, newer)

    code, output, _ = copy()

    assert code == 0
    assert output.startswith("1 copied")
    assert "1 were there already" in output
    assert stored(target_url) == {one.handle: one, two.handle: newer}


def test_a_site_that_goes_on_with_from_alone_is_noticed(url, target_url, copy):
    old = record()
    keep(url, old._replace(version=1))
    keep(target_url, old)

    code, output, errors = copy()

    assert code == 4
    assert "Verified" not in output
    assert "1 changed in FROM after they had been copied" in errors


def test_moving_takes_out_of_from_what_is_in_to(url, target_url, copy):
    one, expired = record(), record(expires_at=NOW - DAY)
    keep(url, one, expired)

    code, output, _ = copy("--move")

    assert code == 0
    assert "1 taken out of FROM." in output
    assert list(stored(url)) == [expired.handle]
    assert list(stored(target_url)) == [one.handle]


def test_moving_keeps_in_from_what_is_newer_there(url, target_url, copy):
    old = record()
    keep(url, old._replace(version=1))
    keep(target_url, old)

    assert copy("--move")[0] == 4
    assert list(stored(url)) == [old.handle]


def test_the_same_store_is_no_target(url, command):
    keep(url, record())

    code, _, errors = command("migrate", "--from", url, "--to", url)

    assert code == 2
    assert "name the same store" in errors


def spellings(file):
    """Other URLs of one SQLite file: written in another way, or by way of a link."""
    link, hard = file.with_name("link.db"), file.with_name("hard.db")
    folder = file.parent / "elsewhere"
    link.symlink_to(file)
    folder.symlink_to(file.parent)
    hard.hardlink_to(file)
    relative = os.path.relpath(file)
    places = (file, relative, f"./{relative}", link, hard, folder / file.name)
    return [f"sqlite:///{place}" for place in places] + [
        f"sqlite:///{file}?durability=normal",
        f"SQLITE:///{file.parent}/./{file.name}",
        f"sqlite:///{file.parent}/%73essions.db",
    ]


@pytest.mark.parametrize("move", [[], ["--move"]])
def test_the_same_file_spelt_differently_is_no_target(tmp_path, url, command, move):
    """Every session was found copied, deleted as the one it was, and "verified"."""
    one = record()
    keep(url, one)

    for spelling in spellings(tmp_path / "sessions.db")[1:]:
        for places in ((url, spelling), (spelling, url)):
            source, target = places
            answer = command("migrate", "--from", source, "--to", target, *move)

            assert answer[0] == 2, places
            assert "name the same store" in answer[2]
    assert list(stored(url)) == [one.handle]


def two_names(url):
    """Another URL of the same place; the tests' PostgreSQL has a socket alone."""
    if url.startswith("postgresql"):
        return url, f"{url}&application_name=migration"
    return url, url.replace("127.0.0.1", "localhost")


@pytest.mark.parametrize("make_url", [empty_store_url, empty_redis_url])
def test_a_server_by_its_other_name_is_no_target(make_url, command):
    url, other = two_names(make_url())
    assert url != other
    one = record()
    keep(url, one)

    code, output, errors = command("migrate", "--from", url, "--to", other, "--move")

    assert (code, output) == (1, "")
    assert "cannot use TO as a session store: it is the same place as FROM" in errors
    assert "Nothing was done." in errors
    assert list(stored(url)) == [one.handle], "with no mark left"


def test_two_places_on_one_server_are_two(command):
    one, other = empty_redis_url(), two_names(empty_redis_url())[1]
    kept = record()
    keep(one, kept)

    assert command("migrate", "--from", one, "--to", other, "--move")[0] == 0

    assert list(stored(one)) == []
    assert list(stored(other)) == [kept.handle], "with no mark left"


def test_a_site_that_moves_to_to_is_the_same_place_as_to(tmp_path, url, command):
    other = f"sqlite:///{tmp_path}/other.db"
    one = record()
    keep(url, one)
    moving = f"moving:{other}|{url}"
    keep(other)

    assert command("migrate", "--from", moving, "--to", url, "--move")[0] == 1

    assert list(stored(url)) == [one.handle]


def test_both_stores_must_be_named(url, command):
    assert command("migrate", "--from", url)[0] == 2


def migration(source, target, **options):
    return Migration(source, target, 10, progress=Progress(io.StringIO()), **options)


async def test_marks_of_an_earlier_move_are_not_copied():
    source, target = MemoryStore(), MemoryStore()
    ended, live = record(), record()
    site = MovingStore(MemoryStore(), source)
    await site.apply([Create(ended), Create(live), Delete(ended.handle)])

    await migration(source, target).copy()

    assert list(await target.find([ended.handle, live.handle], now=NOW)) == [
        live.handle
    ]


async def test_what_was_read_long_ago_is_read_again():
    """A process that is stopped in the middle goes on hours later."""
    clock = FakeClock(NOW)
    source, target = Sleepy(clock), MemoryStore()
    ended, live = record(), record()
    await source.apply([Create(ended), Create(live)])
    source.meanwhile = [Delete(ended.handle)]

    await migration(source, target, clock=clock).copy()

    assert list(await target.find([ended.handle, live.handle], now=NOW)) == [
        live.handle
    ]


class Sleepy(MemoryStore):
    """Hours pass, and things happen, between a reading and its answer."""

    def __init__(self, clock):
        super().__init__()
        self._clock = clock
        self.meanwhile = []

    async def walk(self, *, batch):
        async for records in super().walk(batch=batch):
            changes, self.meanwhile = self.meanwhile, []
            await self.apply(changes)
            self._clock.advance(timedelta(hours=2))
            yield records


async def test_what_came_after_the_copy_is_copied_by_the_verification():
    source, target = MemoryStore(), MemoryStore()
    late = record()
    moving = migration(source, target)
    await moving.copy()
    await source.apply([Create(late)])

    await moving.verify()

    assert await target.count(now=NOW) == 1
    assert moving.tally.verified == 1


async def test_a_copy_beside_a_moving_site_undoes_nothing():
    source, target = MemoryStore(), MemoryStore()
    site = MovingStore(source, target)
    changed, ended = make_record(), make_record()
    await source.apply([Create(changed), Create(ended)])
    await site.apply([make_update(changed, values={"n": "1"}), Delete(ended.handle)])
    await source.apply([Create(changed), Create(ended)])  # read before, written now

    await migration(source, target).copy()

    found = await target.find([changed.handle, ended.handle], now=changed.started_at)
    assert found[changed.handle].data == '{"n":1}'
    assert not found[ended.handle].opens_with(ended.id_digest, changed.started_at)


def in_this_process(source, target):
    """Migrate between stores that are open here."""

    async def run(*, move):
        moving = migration(source, target, clock=utc_now)
        await moving.copy()
        await moving.verify(move=move)

    return run


@pytest.mark.parametrize("move", [False, True])
@pytest.mark.gen_test(timeout=60)
async def test_500_sessions_move_to_memory_and_back_under_traffic(tmp_path, move):
    first, last = (
        [SQLiteStore(tmp_path / name, durability="normal") for _ in "12"]
        for name in ("first.db", "last.db")
    )
    memory = [MemoryStore()] * 2
    async with Journey(500, first) as journey:
        for stores in (memory, last):
            await journey.move_to(stores, in_this_process, move=move)


@pytest.mark.gen_test(timeout=60)
async def test_500_sessions_move_to_postgresql_to_redis_under_traffic(tmp_path):
    first = [SQLiteStore(tmp_path / "first.db", durability="normal") for _ in "12"]
    with valkey.Server() as server:
        async with Journey(500, first) as journey:
            for url in (empty_store_url(), server.url):
                stores = [open_store(url) for _ in "12"]
                await journey.move_to(stores, in_this_process, move=True)
