"""Tests of what the operator's commands add to the audit log."""

import json

import pytest

from tornado_app.audit_acts import note_act
from tornado_app.audit_events import Event


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("APP_AUDIT_LOG", raising=False)
    (tmp_path / "var").mkdir()
    return tmp_path


def act():
    note_act(Event.SESSION_EXPIRED, "7", "revoked", count=2)


def test_an_act_is_added_to_the_site_s_own_file(folder):
    log = folder / "var" / "audit.log"
    log.write_text("before\n")

    act()

    before, line = log.read_text().splitlines()
    told = json.loads(line)
    assert before == "before"
    assert told["event"] == "session_expired:7,revoked"
    assert (told["by"], told["count"]) == ("operator", 2)


def test_the_environment_may_name_the_file(folder, monkeypatch):
    (folder / "other.log").touch()
    monkeypatch.setenv("APP_AUDIT_LOG", "other.log")

    act()

    assert "session_expired" in (folder / "other.log").read_text()


@pytest.mark.parametrize("where", ["", "none", "-", "nowhere/audit.log"])
def test_no_log_is_begun_where_none_is(folder, monkeypatch, where, capsys):
    monkeypatch.setenv("APP_AUDIT_LOG", where)

    act()

    assert [path.name for path in folder.rglob("*")] == ["var"]
    assert capsys.readouterr() == ("", "")


def test_a_disk_that_is_full_is_told_and_fails_nothing(monkeypatch, capsys):
    monkeypatch.setenv("APP_AUDIT_LOG", "/dev/full")

    act()

    assert "audit log /dev/full cannot be written" in capsys.readouterr().err
