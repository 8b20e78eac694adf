"""Tests of the lines of the audit log."""

import json
import re
from contextvars import copy_context
from datetime import UTC, datetime

import pytest

from tornado_app.audit import REQUESTER, Audit, Facts
from tornado_app.audit_events import Event

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


class Request:
    """A request of Ada's."""

    def audit_facts(self):
        return Facts("0123456789abcdef", "192.0.2.77", "1a2b3c4d", "7")


@pytest.fixture
def lines():
    return []


@pytest.fixture
def audit(lines):
    return Audit(lines.append, clock=lambda: NOW, key="a key")


def test_a_line_is_one_object_of_json_with_owasp_s_fields(audit, lines):
    audit.note(Event.SESSION_EXPIRED, "7", "revoked", count=2)

    (line,) = lines
    told = json.loads(line)
    assert line.count("\n") == 1
    assert told.pop("process") > 0
    assert told == {
        "datetime": "2026-11-24T09:30:00.000+00:00",
        "appid": "tornado-app",
        "event": "session_expired:7,revoked",
        "level": "INFO",
        "description": "Sessions ended.",
        "count": 2,
    }


def test_an_event_without_arguments_has_no_colon(audit, lines):
    audit.note(Event.SESSION_CREATED, "")
    audit.note(Event.SYS_STARTUP)

    assert [json.loads(line)["event"] for line in lines] == [
        "session_created",
        "sys_startup",
    ]


def test_the_request_under_way_is_told(audit, lines):
    def in_a_request():
        REQUESTER.set(Request())
        audit.note(Event.SESSION_RENEWED, "7")

    copy_context().run(in_a_request)
    audit.note(Event.SYS_STARTUP)

    told = json.loads(lines[0])
    assert told["request"] == "0123456789abcdef"
    assert told["source_ip"] == "192.0.2.0/24"
    assert (told["session"], told["user"]) == ("1a2b3c4d", "7")
    assert "request" not in json.loads(lines[1])


def test_addresses_are_whole_when_that_is_asked_for(lines):
    audit = Audit(lines.append, clock=lambda: NOW, key="k", full_addresses=True)

    audit.note(Event.AUTHZ_FAIL, "7", "session", facts=Request().audit_facts())

    assert json.loads(lines[0])["source_ip"] == "192.0.2.77"


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\u2028b", 'a"b', "\x1b[31m", "ä"])
def test_nothing_in_a_line_can_begin_another(audit, lines, text):
    audit.note(Event.AUTHZ_FAIL, text)

    (line,) = lines
    assert line.isascii()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", line)
    assert json.loads(line)["event"] == f"authz_fail:{text}"


def test_a_name_has_one_digest_under_one_key_and_another_under_another(audit):
    other = Audit(None, clock=lambda: NOW, key="another key")

    digest = audit.digest_of("ada")

    assert re.fullmatch("[0-9a-f]{16}", digest)
    assert digest == audit.digest_of("ada")
    assert len({digest, audit.digest_of("bea"), other.digest_of("ada")}) == 3
    assert audit.digest_of("\ud800")


def test_without_a_place_nothing_is_written():
    audit = Audit(None, clock=lambda: NOW, key="k")

    audit.note(Event.SYS_STARTUP)

    assert not audit.is_on
