"""Tests of what the site writes to its audit log."""

import re
from base64 import b64decode
from datetime import timedelta

import pytest

from tests.handlers.audited_site import app, audit, log, sessions
from tests.handlers.signing import PASSWORD
from tornado_app.sessions.ids import digest_of

__all__ = ["app", "audit", "log", "sessions"]

WRONG = "not the password that it is"
REFUSED = "Form token was refused"


@pytest.fixture
async def user(ada, sessions):
    """The id of Ada, who has signed up."""
    await ada.signs_up()
    record = await sessions.lifecycle.find(session_id_of(ada)[:16])
    return record.user


def session_id_of(visitor):
    """What the signed cookie holds."""
    signed = visitor.cookies["session"].split("|")[4]
    return b64decode(signed.partition(":")[2]).decode()


def label_of(visitor):
    return digest_of(session_id_of(visitor)).hex()[:8]


async def test_a_stranger_s_session_is_noted_when_it_is_stored(visitor, log):
    await visitor.get("/")
    assert log.take() == []

    await visitor.introduce("Ada")

    assert log.take() == ["session_created"]
    await visitor.get("/")
    await visitor.prefer(theme="dark")
    assert log.take() == []


async def test_a_line_tells_of_its_request_in_short(visitor, log):
    await visitor.get("/")
    response = await visitor.post("/", {"name": "Ada"})

    (line,) = log.lines
    assert line["request"] == response.headers["X-Request-Id"]
    assert line["source_ip"] in ("127.0.0.0/24", "::/48")
    assert line["datetime"] == "2026-11-24T09:30:00.000+00:00"
    assert re.fullmatch("[0-9a-f]{8}", line["session"])


async def test_signing_up_is_a_user_a_session_and_a_sign_in(ada, log, user):
    assert log.events == [
        f"user_created:{user},{user}",
        f"session_created:{user}",
        f"authn_login_success:{user}",
    ]


async def test_signing_out_is_the_end_of_a_session(ada, log, user):
    session = label_of(ada)
    log.take()

    await ada.signs_out()

    assert log.lines[0]["session"] == session
    assert log.lines[0]["user"] == user
    assert log.take()[0] == f"session_expired:{user},logout"


async def test_signing_in_renews_what_an_anonymous_visitor_had(bea, log, user):
    await bea.introduce("Bea")
    before = label_of(bea)
    log.take()

    await bea.signs_in()

    renewed, success = log.lines
    assert renewed["event"] == f"session_renewed:{user}"
    assert (renewed["was"], renewed["session"]) == (before, label_of(bea))
    assert success["event"] == f"authn_login_success:{user}"
    assert success["session"] == renewed["session"]


async def test_failures_are_noted_under_a_digest_that_a_success_has_too(bea, log, user):
    log.take()
    for username in ("ada", "ADA ", "nobody"):
        await bea.signs_in(username, WRONG)
    await bea.signs_in()

    first, second, third, *_, success = log.lines
    assert re.fullmatch("authn_login_fail:[0-9a-f]{16}", first["event"])
    assert first["event"] == second["event"] != third["event"]
    assert success["name"] == first["event"].partition(":")[2]
    assert not re.search(r"\bada\b", log.text, re.IGNORECASE)


@pytest.mark.gen_test(timeout=30)
async def test_a_try_that_has_to_wait_is_noted(bea, log, user):
    for _ in range(10):
        await bea.signs_in("ada", WRONG)
    log.take()

    assert (await bea.signs_in()).code == 429

    (event,) = log.take()
    assert re.fullmatch("authn_login_fail_max:[0-9a-f]{16}", event)


async def test_ending_other_sessions_is_noted_with_how_many(ada, bea, log, user):
    await bea.signs_in()
    log.take()
    await ada.get("/sessions")

    await ada.post("/sessions/revoke-others", {})
    await bea.get("/sessions")

    revoked, late = log.lines
    assert revoked["event"] == f"session_expired:{user},revoked"
    assert (revoked["count"], revoked["user"]) == (1, user)
    assert late["event"] == "session_use_after_expire"
    assert late["session"] != revoked["session"]


async def test_a_session_that_is_not_one_s_own_is_an_alarm(ada, log, user):
    log.take()
    await ada.get("/sessions")

    response = await ada.post("/sessions/AAAAAAAAAAAAAAAA/revoke", {})

    assert response.code == 404
    assert log.take() == [f"authz_fail:{user},session"]


async def test_the_password_given_again_is_a_sign_in(ada, log, user, clock):
    clock.now += timedelta(hours=1)
    await ada.get("/sessions")
    log.take()

    await ada.post("/sessions/revoke-others", {"password": PASSWORD})

    assert log.take() == [
        f"session_renewed:{user}",
        f"authn_login_success:{user}",
    ]


async def test_a_session_over_the_limit_is_noted(bea, log, user, sessions):
    for _ in range(sessions.policy.max_sessions_per_user):
        bea.cookies.clear()
        log.take()
        await bea.signs_in()

    over, *_ = log.lines
    assert over["event"] == f"session_expired:{user},limit"
    assert (over["count"], over["session"]) == (1, label_of(bea))


async def test_expired_sessions_are_noted_when_they_are_swept(
    visitor, log, sessions, clock
):
    await visitor.introduce("Ada")
    log.take()
    clock.now += timedelta(days=31)

    await visitor.get("/")
    await sessions.sweep()

    assert log.take() == ["session_use_after_expire", "session_expired:,timeout"]


async def test_a_cookie_that_we_never_gave_is_bad_input(visitor, log):
    await visitor.get("/", Cookie="session=x")
    await visitor.get("/", Cookie="session=x; session=y")

    assert log.take() == ["input_validation_fail:(cookie),"] * 2


async def test_the_session_of_a_late_cookie_has_its_own_label(visitor, log, sessions):
    await visitor.introduce("Ada")
    assert log.lines[0]["session"] == label_of(visitor)
    await sessions.revoke_all()
    log.take()

    await visitor.get("/")

    assert log.lines[0]["event"] == "session_use_after_expire"
    assert log.lines[0]["session"] == label_of(visitor)


@pytest.mark.logs(REFUSED)
async def test_a_form_that_is_not_ours_is_noted(visitor, log):
    await visitor.get("/")

    await visitor.post("/", {"name": "Ada"}, token="x")

    assert log.take() == ["input_validation_fail:(_xsrf),"]


@pytest.mark.logs("got a 403")
async def test_a_form_of_another_site_is_noted(visitor, log):
    await visitor.get("/")

    await visitor.post("/", {"name": "Ada"}, Origin="https://other.example")

    (event,) = log.take()
    assert re.fullmatch(r"malicious_cors:(127\.0\.0\.0/24|::/48)", event)


async def test_refused_fields_are_noted_by_their_names(visitor, log):
    await visitor.get("/")
    await visitor.post("/", {"name": ""})
    await visitor.get("/preferences")
    await visitor.post("/preferences", {"theme": "pink", "language": "xx"})
    await visitor.get("/sign-up")
    await visitor.post("/sign-up", {"username": "ada", "password": "short"})

    assert log.take() == [
        "input_validation_fail:(name),",
        "input_validation_discrete_fail:(language,theme),",
        "input_validation_fail:(password),",
    ]


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "application/json"}, "{}", 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "x" * 70_000, 413),
    ],
)
async def test_a_body_that_no_page_sends_is_noted(visitor, log, headers, body, status):
    await visitor.get("/")

    response = await visitor.send("POST", "/", headers=headers, body=body)

    assert response.code == status
    assert log.take() == ["input_validation_fail:(body),"]


async def test_a_foreign_host_is_noted(visitor, log):
    response = await visitor.get("/", Host="evil.example")

    assert response.code == 421
    assert log.take() == ["input_validation_fail:(host),"]


async def test_metrics_for_strangers_are_noted(visitor, log):
    from_a_proxy = {"X-Forwarded-For": "192.0.2.1"}
    await visitor.send("GET", "/metrics", headers=from_a_proxy)

    assert log.take() in ([], ["authz_fail:,metrics"])


@pytest.mark.logs("failed", "500 POST /sign-in")
async def test_a_traceback_holds_no_cookie_and_no_password(
    ada, app, monkeypatch, caplog
):
    await ada.signs_up()
    await ada.get("/sign-in")
    monkeypatch.setattr(app.settings["accounts"], "authenticate", None)

    response = await ada.post("/sign-in", {"username": "ada", "password": PASSWORD})

    assert response.code == 500
    assert "Traceback" in caplog.text
    for secret in (PASSWORD, session_id_of(ada), *ada.cookies.values()):
        assert secret not in caplog.text
