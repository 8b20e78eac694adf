"""Tests of the visitor's own data as a file."""

import json

from tests.handlers.signing import PASSWORD

EVERYTHING = {
    "account",
    "made_at",
    "preferences",
    "sessions",
    "sign_ins",
    "this_session",
}


async def data_of(person):
    return json.loads((await person.get("/data")).body)


async def test_it_is_a_json_file_that_nobody_keeps(ada):
    await ada.signs_up()

    response = await ada.get("/data")

    headers = response.headers
    assert response.code == 200
    assert headers["Content-Type"] == "application/json; charset=UTF-8"
    assert headers["Content-Disposition"] == 'attachment; filename="hello-again.json"'
    assert headers["Cache-Control"] == "no-store"


async def test_of_a_stranger_there_is_nothing_and_it_leaves_nothing(visitor, sessions):
    data = await data_of(visitor)

    assert data["this_session"] is None
    assert data["preferences"] == {}
    assert await sessions.count() == 0
    assert "account" not in data


async def test_of_a_visitor_there_is_what_the_session_holds(visitor):
    await visitor.introduce("Zoë")
    await visitor.prefer(theme="dark")

    data = await data_of(visitor)

    assert data["preferences"]["name"] == "Zoë"
    assert data["preferences"]["theme"] == "dark"
    assert data["this_session"]["started_at"] == "2026-11-24T09:30:00+00:00"
    assert data["this_session"]["remembered"]["theme"] == "dark"


async def test_of_a_user_there_is_the_account_with_all_that_belongs_to_it(ada, bea):
    await ada.signs_up()
    await ada.prefer(name="Ada", theme="dark")
    await bea.signs_in()

    data = await data_of(ada)

    assert set(data) == EVERYTHING
    assert data["account"] == {"username": "ada"}
    assert data["preferences"]["name"] == "Ada"
    assert len(data["sessions"]) == len(data["sign_ins"]) == 2
    handles = {session["handle"] for session in data["sessions"]}
    assert data["this_session"]["handle"] in handles
    assert data["sign_ins"][0]["address"] == "127.0.0.1"


async def test_it_opens_nothing(ada, accounts, sessions):
    await ada.signs_up()
    account = await accounts.authenticate("ada", PASSWORD, address="", device="")

    text = (await ada.get("/data")).body.decode()

    assert account.password_hash not in text
    assert "argon2" not in text
    assert account.id not in text
    for cookie in ada.cookies.values():
        assert cookie not in text


async def test_nobody_else_is_in_it(ada, bea):
    await bea.signs_up("beatrice")
    await ada.signs_up("ada")

    assert "beatrice" not in (await ada.get("/data")).body.decode()
