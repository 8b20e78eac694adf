"""Tests of what the session engine tells the audit log."""

import json
from contextvars import copy_context
from datetime import UTC, datetime

import pytest

from tornado_app.audit import REQUESTER, Audit, Facts
from tornado_app.audit_watcher import AuditWatcher
from tornado_app.sessions.ids import Rejection
from tornado_app.sessions.watching import End

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


class Request:
    def __init__(self, session="1a2b3c4d", user="7"):
        self.facts = Facts("0123456789abcdef", "192.0.2.77", session, user)

    def audit_facts(self):
        return self.facts


@pytest.fixture
def lines():
    return []


@pytest.fixture
def watcher(lines):
    return AuditWatcher(Audit(lines.append, clock=lambda: NOW, key="key"))


def during(request, tell, *arguments):
    def run():
        REQUESTER.set(request)
        tell(*arguments)

    copy_context().run(run)


def events(lines):
    return [json.loads(line)["event"] for line in lines]


@pytest.mark.parametrize(
    ("end", "reason"),
    [(End.DESTROYED, "logout"), (End.REVOKED, "revoked"), (End.LIMIT, "limit")],
)
def test_an_end_is_noted_with_who_brought_it_and_why(watcher, lines, end, reason):
    during(Request(), watcher.ended, end, 3)

    assert events(lines) == [f"session_expired:7,{reason}"]
    assert json.loads(lines[0])["count"] == 3


def test_what_was_swept_is_nobody_s(watcher, lines):
    watcher.ended(End.SWEPT, 5)
    watcher.ended(End.SWEPT, 0)

    assert events(lines) == ["session_expired:,timeout"]


@pytest.mark.parametrize("why", [Rejection.UNKNOWN, Rejection.EXPIRED])
def test_the_cookie_of_a_session_that_is_over_is_noted_once(watcher, lines, why):
    for _ in range(3):
        during(Request(user=None), watcher.cookie_rejected, why)
    during(Request("00000000", user=None), watcher.cookie_rejected, why)

    assert events(lines) == ["session_use_after_expire"] * 2
    told = json.loads(lines[0])
    assert (told["session"], told["why"]) == ("1a2b3c4d", why.name.lower())


def test_only_so_many_cookies_are_remembered(watcher, lines):
    for number in range(1001):
        request = Request(f"{number:08x}", user=None)
        during(request, watcher.cookie_rejected, Rejection.UNKNOWN)
    lines.clear()

    for session in ("00000000", "000003e8"):
        during(Request(session), watcher.cookie_rejected, Rejection.UNKNOWN)

    assert len(lines) == 1


@pytest.mark.parametrize(
    "why", [Rejection.DUPLICATED, Rejection.MALFORMED, Rejection.UNSIGNED]
)
def test_a_cookie_that_we_never_gave_is_bad_input(watcher, lines, why):
    during(Request(None, None), watcher.cookie_rejected, why)

    assert events(lines) == ["input_validation_fail:(cookie),"]
    assert json.loads(lines[0])["why"] == why.name.lower()
