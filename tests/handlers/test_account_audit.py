"""Tests of what the audit log tells of passwords, links and deleted accounts."""

from datetime import timedelta

import pytest

from tests.handlers.audited_site import app, audit, log, sessions
from tests.handlers.signing import PASSWORD

__all__ = ["app", "audit", "log", "sessions"]

NEW = "staple battery horse correct"


@pytest.fixture
async def user(ada, accounts, log):
    """The id of Ada, who has signed up."""
    await ada.signs_up()
    account = await accounts.authenticate("ada", PASSWORD, address="", device="")
    log.take()
    return account.id


async def change(person, old):
    await person.get("/account/password")
    fields = {"old_password": old, "password": NEW}
    return await person.post("/account/password", fields)


async def test_a_changed_password_is_noted_with_its_new_session_id(
    ada, user, log, clock
):
    clock.now += timedelta(seconds=1)

    await change(ada, PASSWORD)

    assert log.take() == [
        f"authn_password_change:{user}",
        f"session_renewed:{user}",
        f"authn_login_success:{user}",
    ]


async def test_a_wrong_old_password_is_noted(ada, user, log):
    await change(ada, "wrong")

    assert log.take() == [f"authn_password_change_fail:{user}"]


async def test_a_deleted_account_is_noted(ada, user, log):
    await ada.get("/account/delete")
    await ada.post("/account/delete", {})

    events = log.take()
    assert events[0] == f"user_deleted:{user},{user}"
    assert events[1].startswith(f"session_expired:{user}")


async def test_a_link_is_noted_and_never_written(bea, accounts, user, log):
    offer = await accounts.offer_reset("ada", lifetime=timedelta(days=1))
    path = f"/reset/{offer.token}"
    await bea.get(path)
    await bea.post(path, {"password": NEW})
    await bea.get(path)

    assert offer.token not in log.text
    events = log.take()
    assert events[0] == f"authn_password_change:{user}"
    assert events[-1] == "authn_token_reuse"
