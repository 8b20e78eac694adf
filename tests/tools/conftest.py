"""A machine that has nothing yet."""

import os

import pytest

from tools import debian


@pytest.fixture
def bare_path(tmp_path, monkeypatch):
    """A PATH with nothing but what a test puts there; we are root."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(debian, "_SERVERS", str(tmp_path / "servers"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return tmp_path


def write_program(path, script=""):
    """A program that a shell runs."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
