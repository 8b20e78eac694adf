"""Tests of what is noted of ends while one of the databases fails."""

from datetime import timedelta

import pytest

from tests.handlers.devices import handle_of, own_handle, revoke
from tests.handlers.signing import Person
from tornado_app.sessions import StoreUnavailableError
from tornado_app.sessions.record import Create, Delete, Update
from tornado_app.sign_ins import Ended

NOT_STORED = pytest.mark.logs("during apply", "503 POST")


@pytest.fixture
def full_disk(accounts, monkeypatch):
    """The accounts can be read, but no end is noted."""

    async def fail(*known):
        raise StoreUnavailableError("accounts", "note_ends")

    monkeypatch.setattr(accounts, "note_ends", fail)


async def signs_out(device):
    await device.get("/")
    return await device.post("/sign-out", {})


async def forgets(device):
    await device.get("/preferences/forget")
    return await device.post("/preferences/forget", {})


@NOT_STORED
@pytest.mark.parametrize("leave", [signs_out, forgets])
async def test_a_sign_out_that_did_not_succeed_is_not_noted(
    laptop, phone, accounts, refuses, monkeypatch, leave
):
    handle = await handle_of(phone, seen_by=laptop)
    refuses(Delete)
    assert (await leave(phone)).code == 503
    monkeypatch.undo()
    assert await phone.is_signed_in()
    assert (await accounts.sign_in_of(handle)).ended is None

    await revoke(laptop, handle)

    assert (await accounts.sign_in_of(handle)).ended is Ended.REVOKED


@pytest.mark.logs("how sessions ended is not noted")
@pytest.mark.parametrize("leave", [signs_out, forgets])
async def test_nobody_is_kept_from_signing_out_by_what_cannot_be_noted(
    laptop, sessions, full_disk, leave
):
    stolen = laptop.cookies["session"]

    assert (await leave(laptop)).code == 303

    assert await sessions.count() == 0
    laptop.cookies["session"] = stolen
    assert not await laptop.is_signed_in()


@NOT_STORED
async def test_none_gave_way_to_a_sign_in_that_did_not_succeed(
    laptop, accounts, sessions, clock, refuses, http_client, base_url
):
    oldest = await own_handle(laptop)
    user = (await accounts.sign_in_of(oldest)).account_id
    for _ in range(sessions.policy.max_sessions_per_user - 1):
        clock.now += timedelta(seconds=1)
        await Person(http_client, base_url).signs_in()
    last = Person(http_client, base_url)
    await last.get("/sign-in")

    refuses()
    assert (await last.signs_in()).code == 503

    noted = {each.handle: each.ended for each in await accounts.sign_ins_of(user)}
    assert noted[oldest] is None


@pytest.mark.logs(
    "the look of its pages could not be kept: sqlite store is unavailable"
)
async def test_a_sign_out_succeeds_where_nothing_new_can_be_stored(laptop, refuses):
    await laptop.prefer(theme="dark")
    refuses(Create)

    response = await signs_out(laptop)

    assert (response.code, response.headers["Location"]) == (303, "/")
    (cookie,) = response.headers.get_list("Set-Cookie")
    assert cookie.startswith('session="";')
    assert not await laptop.is_signed_in()


@pytest.mark.logs("what is said of the end, .* could not be kept")
async def test_a_session_elsewhere_ends_where_nothing_can_be_changed(
    laptop, phone, refuses
):
    await laptop.get("/sessions")
    handle = await handle_of(phone, seen_by=laptop)
    refuses(Create, Update)

    response = await revoke(laptop, handle)

    assert (response.code, response.headers["Location"]) == (303, "/sessions")
    assert not await phone.is_signed_in()
