"""A file of sessions, and the commands on it."""

import pytest

from .site_file import Commands


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/sessions.db"


@pytest.fixture
def command(url, capsys):
    return Commands(url, capsys)
