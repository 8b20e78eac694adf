"""The tests of how the browser is found and fetched."""

import os
from pathlib import Path

import pytest

from tools import chromium


@pytest.fixture
def bare_path(tmp_path, monkeypatch):
    """A PATH with nothing but what a test puts there; we are root."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return tmp_path


def write_program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_root_on_debian_gets_chromium_without_being_asked(bare_path, capfd):
    log, browser = bare_path / "log", bare_path / "chromium"
    write_program(browser, "exit 0")
    browser.rename(bare_path / "package")
    write_program(
        bare_path / "apt-get",
        f'echo "$DEBIAN_FRONTEND $*" >> "{log}"\n'
        f'case "$*" in *install*) /bin/mv "{bare_path}/package" "{browser}";; esac\n'
        "echo noise; echo noise >&2",
    )

    chromium.provide()

    update, install = log.read_text().splitlines()
    assert update.startswith("noninteractive")
    assert update.endswith("update")
    assert install.endswith("install --yes --no-install-recommends chromium")
    assert chromium.find() == str(browser)
    assert capfd.readouterr().err == "Installing Chromium for the browser tests ...\n"


def test_a_chromium_that_cannot_be_had_is_one_line_and_no_failure(bare_path, capfd):
    chromium.provide()

    assert chromium.find() is None
    assert capfd.readouterr().err == (
        "No Chromium for the browser tests (Debian: apt install chromium).\n"
    )


def test_a_chromium_that_is_there_is_left_alone(bare_path, capfd):
    write_program(bare_path / "google-chrome", "exit 0")

    chromium.provide()

    assert chromium.find() == str(bare_path / "google-chrome")
    assert capfd.readouterr().err == ""


def test_the_environment_variable_chromium_comes_first(bare_path, monkeypatch):
    write_program(bare_path / "chromium", "exit 0")
    monkeypatch.setenv("CHROMIUM", "/opt/browser")

    assert chromium.find() == "/opt/browser"
