"""What the operator hears of a store as a whole."""

import re

from tornado_app.sessions import MemoryStore
from tornado_app.sessions.operating.stats import collect
from tornado_app.sessions.record import Create, Delete
from tornado_app.sessions.stores import MovingStore

from .site_file import DAY, NOW, keep, record


def test_stats_add_up(url, command):
    keep(
        url,
        record(user="ada", data={"n": 1}, started_at=NOW - 9 * DAY),
        record(user="ada", last_seen_at=NOW),
        record(user="bob"),
        record(data={"text": "x" * 990}),
        record(user="eve", expires_at=NOW - DAY, started_at=NOW - 99 * DAY),
    )

    code, output, _ = command("stats")

    assert code == 0
    found = {
        " ".join(line[:28].split()): line[28:].strip() for line in output.splitlines()
    }
    assert found == {
        "live": "4",
        "signed in": "3 (users: 2)",
        "anonymous": "1",
        "expired and not swept": "1",
        "oldest": f"{NOW - 9 * DAY:%Y-%m-%d %H:%M:%SZ}",
        "data bytes": "mean 253, max 1,001",
        f"last used {NOW.date()}": "1",
        f"last used {(NOW - DAY).date()}": "3",
    }


def test_an_empty_store_has_stats(url, command):
    keep(url)

    code, output, _ = command("stats")

    assert code == 0
    assert re.match(r"live +0\n", output)
    assert "oldest" not in output


def test_days_that_are_long_ago_are_one_line(url, command):
    keep(url, *(record(last_seen_at=NOW - n * DAY) for n in range(40)))

    _, output, _ = command("stats")

    assert output.count("last used 2") == 31
    assert re.search(r"last used earlier +9\n", output)


async def test_a_record_that_a_walk_meets_twice_counts_once():
    class Twice(MemoryStore):
        async def walk(self, *, batch):
            for _ in range(2):
                async for records in super().walk(batch=batch):
                    yield records

    store = Twice()
    await store.apply([Create(record())])

    assert (await collect(store, now=NOW)).live == 1


async def test_while_a_site_moves_stats_tell_what_is_left():
    site = MovingStore(MemoryStore(), MemoryStore())
    left, ended, made = record(), record(), record()
    await site.old.apply([Create(left), Create(ended)])
    await site.apply([Delete(ended.handle), Create(made)])

    stats = await collect(site, now=NOW)

    assert (stats.live, stats.left) == (2, 1)


async def test_a_mark_that_a_move_left_is_no_session():
    new = MemoryStore()
    ended = record()
    site = MovingStore(MemoryStore(), new)
    await site.apply([Create(ended), Delete(ended.handle)])

    stats = await collect(new, now=NOW)

    assert (stats.live, stats.tombstones) == (0, 1)
