"""What matters most asks for the password again; nobody reaches another's sessions."""

import re
import secrets
from datetime import timedelta
from itertools import product

import pytest

from tests.handlers.signing import PASSWORD, Person
from tests.plugins.effort import counts
from tornado_app.sessions import ids

FRESH = timedelta(minutes=10)
LATE = [FRESH + timedelta(microseconds=1), FRESH + timedelta(seconds=1)]
LATE += [timedelta(hours=1), timedelta(days=3)]
NOT_THE_PASSWORD = {
    "none": None,
    "empty": "",
    "wrong": "a wrong password, this",
    "another user's": "the password of somebody else",
    "in capitals": PASSWORD.upper(),
    "with a blank": PASSWORD + " ",
    "cut": PASSWORD[:-1],
}
COUNTED = "tries at what asks for the password (done: 0)"


@pytest.fixture
async def devices(http_client, base_url):
    """Ada's laptop and phone, and Eve's laptop."""
    laptop, phone, eve = (Person(http_client, base_url) for _ in range(3))
    await laptop.signs_up("ada")
    await phone.signs_in("ada")
    await eve.signs_up("eve", NOT_THE_PASSWORD["another user's"])
    return laptop, phone, eve


async def other_handle(person):
    page = (await person.get("/sessions")).body.decode()
    return re.findall(r'"/sessions/([^/"]+)/revoke"', page)[0]


@pytest.mark.parametrize("kind", NOT_THE_PASSWORD)
async def test_without_the_password_nothing_ends(devices, clock, sessions, kind):
    laptop, phone, _ = devices
    paths = [f"/sessions/{await other_handle(laptop)}/revoke"]
    paths += ["/sessions/revoke-others", "/account/delete"]
    began, alive = clock.now, await sessions.count()

    for pause, path in product(LATE, paths):
        clock.now = began + pause
        await laptop.get("/sessions")
        typed = NOT_THE_PASSWORD[kind]
        fields = {} if typed is None else {"password": typed}
        response = await laptop.post(path, fields)
        assert response.code == (422 if typed == "" else 403)
        assert 'type="password"' in response.body.decode()
        assert await sessions.count() == alive
        counts[COUNTED] += 1

    assert await phone.is_signed_in()


async def test_the_password_is_changed_only_by_who_knows_it(devices):
    laptop, phone, _ = devices

    for typed in NOT_THE_PASSWORD.values():
        await laptop.get("/account/password")
        fields = {"password": "another horse, another battery"}
        fields |= {} if typed is None else {"old_password": typed}
        assert (await laptop.post("/account/password", fields)).code in (400, 403, 422)
        counts[COUNTED] += 1

    assert await phone.is_signed_in()
    assert (await laptop.signs_in("ada", PASSWORD)).code == 303


async def test_at_ten_minutes_it_is_still_fresh(devices, clock, sessions):
    laptop, phone, _ = devices
    clock.now += FRESH
    handle = await other_handle(laptop)

    response = await laptop.post(f"/sessions/{handle}/revoke", {})

    assert response.code == 303
    assert not await phone.is_signed_in()


async def test_being_busy_does_not_keep_a_sign_in_fresh(devices, clock, sessions):
    laptop, _, _ = devices
    handle = await other_handle(laptop)
    for _ in range(12):
        clock.now += timedelta(minutes=1)
        await laptop.get("/sessions")

    assert (await laptop.post(f"/sessions/{handle}/revoke", {})).code == 403


@pytest.mark.parametrize("pause", [timedelta(0), timedelta(hours=1)])
async def test_no_handle_of_another_user_can_be_ended_named_or_seen(
    devices, clock, sessions, wire, pause
):
    laptop, phone, eve = devices
    ours = await every_handle(laptop, sessions)
    guesses = [secrets.token_urlsafe(12) for _ in range(150)]
    guesses += [ours[0].swapcase(), ours[0][:-1], ours[0] + "A", "-", "_" * 16]
    clock.now += pause
    await eve.get("/sessions")
    fields = {
        "name": "mine",
        "_xsrf": eve.token(),
        "password": NOT_THE_PASSWORD["another user's"],
    }

    for handle, act in product([*ours, *guesses], ["revoke", "name"]):
        path = f"/sessions/{handle}/{act}"
        answer = await wire.post(path, fields, cookies=eve.cookies)
        assert answer.status == 404, path
        counts["handles of others tried (ended or named: 0)"] += 1

    assert await laptop.is_signed_in()
    assert await phone.is_signed_in()
    page = (await eve.get("/sessions")).body.decode()
    assert not [handle for handle in ours if handle in page]


async def every_handle(person, sessions):
    """The handles of whoever is signed in at *person*'s browser."""
    handle = await other_handle(person)
    batches = [batch async for batch in sessions.store.walk(batch=100)]
    records = [record for batch in batches for record in batch]
    (user,) = {record.user for record in records if record.handle == handle}
    return [record.handle for record in records if record.user == user]


async def test_the_handle_on_the_page_is_neither_the_id_nor_its_digest(
    devices, store, clock
):
    laptop, phone, _ = devices
    handle = await other_handle(laptop)
    page = (await laptop.get("/sessions")).body.decode()
    (record,) = (await store.find([handle], now=clock.now)).values()

    assert len(handle) == ids.HANDLE_LENGTH < ids.ID_LENGTH
    assert record.id_digest.hex() not in page
    for person in (laptop, phone):
        assert person.cookies["session"] not in page
