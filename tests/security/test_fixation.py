"""At every change of who somebody is the id is new, and the one before is dead."""

from datetime import timedelta

import pytest
from tornado.web import create_signed_value

from tests.handlers.conftest import SECRET
from tests.handlers.signing import PASSWORD
from tests.plugins.effort import counts
from tornado_app.sessions import ids

LONG = timedelta(minutes=11)


async def prepared(person, clock):
    """Ada has an account, and is here with a session from before."""
    await person.signs_up()
    await person.signs_out()
    await person.introduce("Ada")


async def sign_in(person, clock):
    await person.signs_in()


async def sign_up(person, clock):
    await person.signs_up("somebody new")


async def confirm_the_password(person, clock):
    await person.signs_in()
    before = dict(person.cookies)
    clock.now += LONG
    await person.get("/sessions")
    response = await person.post("/sessions/revoke-others", {"password": PASSWORD})
    assert response.code == 303
    return before


async def change_the_password(person, clock):
    await person.signs_in()
    before = dict(person.cookies)
    await person.get("/account/password")
    fields = {"old_password": PASSWORD, "password": "another horse, another battery"}
    assert (await person.post("/account/password", fields)).code == 303
    return before


async def sign_out(person, clock):
    await person.signs_in()
    before = dict(person.cookies)
    await person.signs_out()
    return before


EVENTS = [sign_in, sign_up, confirm_the_password, change_the_password, sign_out]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
async def test_the_id_is_new_and_the_old_one_dead(wire, ada, clock, event):
    await prepared(ada, clock)
    before = dict(ada.cookies)

    before = await event(ada, clock) or before

    assert ada.cookies.get("session") != before["session"]
    answer = await wire.get("/sessions", cookies=before)
    assert answer.status == 403
    greeting = await wire.get("/", cookies=before, headers=[("Accept", "text/html")])
    assert "Hello, stranger!" in greeting.text
    counts["events with a new id (old one alive: 0)"] += 1


@pytest.mark.parametrize("kind", ["made up", "signed by us", "of a stranger"])
async def test_a_planted_id_is_worth_nothing_to_who_planted_it(wire, ada, bea, kind):
    """The attacker's cookie is in Ada's browser when she signs in."""
    await ada.signs_up()
    await ada.signs_out()
    await bea.introduce("Bea")
    fresh = ids.new_id(ids.new_handle())
    planted = {
        "made up": fresh,
        "signed by us": create_signed_value(SECRET, "session", fresh).decode(),
        "of a stranger": bea.cookies["session"],
    }[kind]
    ada.cookies["session"] = planted

    assert (await ada.signs_in()).code == 303

    assert await ada.is_signed_in()
    answer = await wire.get("/sessions", cookies={"session": planted})
    assert answer.status == 403
    counts["events with a new id (old one alive: 0)"] += 1
