"""Owns the fixtures of a site whose audit log is a list."""

import json
from dataclasses import replace

import pytest

from tests.handlers.conftest import SECRET
from tornado_app.application import make_app
from tornado_app.audit import Audit
from tornado_app.audit_watcher import AuditWatcher
from tornado_app.sessions import Sessions


class Log:
    """What was written, as text and as events."""

    def __init__(self):
        self.text = ""

    def write(self, line):
        self.text += line

    @property
    def lines(self):
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def events(self):
        return [line["event"] for line in self.lines]

    def take(self):
        """The events since the last time."""
        events, self.text = self.events, ""
        return events


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def audit(log, clock):
    return Audit(log.write, clock=clock, key=SECRET)


@pytest.fixture
async def sessions(store, site_settings, clock, audit):
    policy = replace(site_settings.session_policy(), max_sessions_per_user=3)
    watcher = AuditWatcher(audit)
    async with Sessions(store, policy, clock=clock, watcher=watcher) as sessions:
        yield sessions


@pytest.fixture
def app(site_settings, sessions, accounts, audit):
    return make_app(
        site_settings,
        sessions=sessions,
        accounts=accounts,
        secrets=[SECRET],
        audit=audit,
    )
