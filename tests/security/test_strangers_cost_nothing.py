"""Whoever comes without a cookie leaves nothing behind, however often."""

import sqlite3

import pytest

from tests.plugins.effort import counts
from tests.security import routes

ROUNDS = 15
ROBOT = ("User-Agent", "Mozilla/5.0 (compatible; some robot/1.0)")
AHEAD = ("Sec-Purpose", "prefetch")


@pytest.fixture
def kept(database):
    """What the store holds: rows, and bytes on the disk."""

    def look():
        with sqlite3.connect(database) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            (rows,) = connection.execute("SELECT count(*) FROM sessions").fetchone()
        connection.close()
        return rows, database.stat().st_size

    return look


async def come_by(wire):
    """One round of looks, mistakes and attacks without any cookie."""
    for route in routes.EVERY:
        await wire.get(route.path)
        await wire.get(route.path, headers=[ROBOT])
        await wire.get(route.path, headers=[AHEAD])
        await wire.send("HEAD", route.path)
        await wire.post(route.path, {})
    await wire.get("/nowhere")
    await wire.post("/sign-out", {})
    await wire.post("/sign-in", {"username": "ada", "password": "a guess"})
    await wire.get("/", cookies={"session": "made up"})


@pytest.mark.logs("Form token was refused")
async def test_no_row_and_no_byte(wire, kept, sessions):
    before = kept()

    for _ in range(ROUNDS):
        await come_by(wire)

    assert kept() == before
    assert await sessions.count() == 0
    counts["requests without a session (rows made: 0)"] += ROUNDS * (
        5 * len(routes.EVERY) + 4
    )


async def test_a_failed_sign_in_makes_no_session(ada, sessions):
    for number in range(20):
        response = await ada.signs_in(f"nobody {number}", "a wrong password, this")
        assert response.code == 403

    assert await sessions.count() == 0
    assert "session" not in ada.cookies
