"""Tests of sessions that another password has ended, and the store has not."""

from datetime import timedelta

import pytest

from tests.handlers.devices import flashes, own_handle
from tests.handlers.signing import PASSWORD
from tornado_app.sessions import StoreUnavailableError

NEW = "staple battery horse correct"
DAY = timedelta(days=1)
WHY = "You were signed out here on"


@pytest.fixture
def store_fails(sessions, monkeypatch):
    """From now on nobody's sessions can be ended together."""

    async def fail(user, *, now, keep):
        raise StoreUnavailableError("sqlite", "delete_user")

    return lambda: monkeypatch.setattr(sessions.store, "delete_user", fail)


async def reset(person, accounts):
    offer = await accounts.offer_reset("ada", lifetime=DAY)
    await person.get(f"/reset/{offer.token}")
    return await person.post(f"/reset/{offer.token}", {"password": NEW})


async def change(person, old=PASSWORD, new=NEW, **fields):
    await person.get("/account/password")
    typed = {"old_password": old, "password": new}
    return await person.post("/account/password", typed | fields)


@pytest.mark.logs("during delete_user", "503 POST /reset/")
async def test_a_reset_ends_every_session_also_while_their_store_fails(
    laptop, phone, bea, accounts, store_fails
):
    store_fails()

    assert (await reset(bea, accounts)).code == 503

    assert not await phone.is_signed_in()
    assert (await laptop.signs_in(password=NEW)).code == 303
    assert await laptop.is_signed_in()
    assert not await phone.is_signed_in()


@pytest.mark.logs("during delete_user", "503 POST /account/password")
async def test_a_change_ends_the_others_also_while_their_store_fails(
    laptop, phone, store_fails
):
    store_fails()

    assert (await change(laptop)).code == 503

    assert await laptop.is_signed_in()
    assert not await phone.is_signed_in()


@pytest.mark.logs("during delete_user", "503 POST /account/password")
async def test_who_is_signed_out_by_that_is_told_why(
    laptop, phone, store_fails, sessions
):
    store_fails()
    await change(laptop)

    response = await phone.get("/account")
    assert response.headers["Location"] == "/sign-in?next=%2Faccount"
    for path in (response.headers["Location"], "/preferences"):
        (words,) = flashes(await phone.get(path))
        assert words.startswith(WHY)
        assert "when the password was changed on another device." in words
    assert await sessions.count() == 1


@pytest.mark.logs(
    "during delete_user", "503 POST /account/password", "Form token was refused"
)
async def test_what_they_had_typed_comes_back_after_the_sign_in(
    laptop, phone, store_fails
):
    await phone.get("/preferences")
    store_fails()
    await change(laptop)

    response = await phone.post(
        "/preferences", {"name": "Grace"}, Origin=phone.base_url
    )

    assert response.code == 403
    assert 'name="returned"' in response.body.decode()


async def test_who_typed_the_old_password_just_before_is_not_signed_in(
    laptop, bea, accounts, monkeypatch
):
    verify = accounts.authenticate

    async def verify_before_the_change(*typed, **known):
        account = await verify(*typed, **known)
        monkeypatch.undo()
        assert (await change(laptop)).code == 303
        return account

    monkeypatch.setattr(accounts, "authenticate", verify_before_the_change)
    assert (await bea.signs_in(password=PASSWORD)).code == 303

    assert not await bea.is_signed_in()
    assert await laptop.is_signed_in()


@pytest.mark.logs("during delete_user", "503 POST /reset/")
@pytest.mark.parametrize("late", [False, True])
async def test_who_confirms_while_the_password_is_reset_stays_with_the_new_one(
    laptop, phone, accounts, clock, store_fails, monkeypatch, late
):
    verify = accounts.authenticate

    async def with_a_reset(*typed, **known):
        monkeypatch.setattr(accounts, "authenticate", verify)
        account = await verify(*typed, **known) if late else None
        assert (await reset(laptop, accounts)).code == 503
        return account or await verify(*typed, **known)

    clock.now += timedelta(hours=1)
    await phone.get("/sessions")
    handle = await own_handle(laptop)
    store_fails()
    monkeypatch.setattr(accounts, "authenticate", with_a_reset)
    typed = {"password": PASSWORD if late else NEW}
    assert (await phone.post(f"/sessions/{handle}/revoke", typed)).code == 303

    assert await phone.is_signed_in() is not late


async def test_sign_ins_after_a_change_last(laptop, bea, clock):
    await change(laptop)
    await change(laptop, NEW, PASSWORD)
    await bea.signs_in(password=PASSWORD)
    clock.now += timedelta(hours=1)

    assert await laptop.is_signed_in()
    assert await bea.is_signed_in()
    await bea.get("/sessions")
    typed = {"password": PASSWORD}
    assert (await bea.post("/sessions/revoke-others", typed)).code == 303
    assert await bea.is_signed_in()
    assert not await laptop.is_signed_in()


async def test_a_session_belongs_to_the_account_that_was_signed_in_to_last(laptop):
    await change(laptop)

    await laptop.signs_up("grace")
    assert await laptop.is_signed_in()
    await laptop.signs_in("ada", NEW)
    assert await laptop.is_signed_in()


async def test_a_change_that_keeps_the_others_ends_no_sign_in_under_way(
    laptop, phone, clock
):
    await change(laptop)
    await phone.signs_in(password=NEW)

    await change(laptop, NEW, PASSWORD, others="keep")

    assert await phone.is_signed_in()
    assert await laptop.is_signed_in()
