"""When all of somebody's sessions end, they all do, at once, and nobody else's."""

import pytest

from tests.handlers.signing import Person
from tests.plugins.effort import counts
from tests.sessions.http.watched import WatchedStore
from tornado_app.sessions import open_store
from tornado_app.sessions.record import Create
from tornado_app.sessions.testing import make_record

MANY = 10_000
COUNTED = "sessions ended together (left alive: 0)"


@pytest.fixture
def store(site_settings):
    return WatchedStore(open_store(site_settings.store))


@pytest.fixture
async def devices(http_client, base_url):
    """Six devices of Ada's and three of Bea's, by user name."""
    devices = {"ada": 6, "bea": 3}
    found = {}
    for username, number in devices.items():
        people = [Person(http_client, base_url) for _ in range(number)]
        await people[0].signs_up(username)
        for person in people[1:]:
            await person.signs_in(username)
        found[username] = people
    return found


async def users_by_name(accounts):
    return {
        name: (await accounts._store.find_named(name)).id for name in ("ada", "bea")
    }


async def alive(people):
    return [await person.is_signed_in() for person in people]


async def test_the_operator_ends_one_user_s_and_spares_the_others(
    devices, sessions, accounts
):
    user = (await users_by_name(accounts))["ada"]

    assert await sessions.revoke_user(user) == 6

    assert await alive(devices["ada"]) == [False] * 6
    assert await alive(devices["bea"]) == [True] * 3
    counts[COUNTED] += 6


async def test_the_operator_ends_everybody_s(devices, sessions):
    assert await sessions.revoke_all() == 9

    for people in devices.values():
        assert not any(await alive(people))
    counts[COUNTED] += 9


async def test_ten_thousand_end_in_one_step_of_the_store(store, sessions, clock):
    times = {"started_at": clock.now, "last_seen_at": clock.now}
    times |= {"renewed_at": clock.now, "expires_at": clock.now.replace(year=2027)}
    theirs = [make_record(user="ada", **times) for _ in range(MANY)]
    others = [make_record(user="bea", **times) for _ in range(100)]
    await store.apply([Create(record) for record in [*theirs, *others]])
    store.calls.clear()

    assert await sessions.revoke_user("ada") == MANY

    assert store.calls.count("delete_user") == 1
    handles = [record.handle for record in theirs]
    assert await store.find(handles, now=clock.now) == {}
    assert await sessions.count() == 100
    counts[COUNTED] += MANY
