"""The tests of how Debian's packages are fetched."""

import os
from pathlib import Path

import pytest

from tests.tools.conftest import write_program
from tools import chromium, commands, debian


def write_apt_get(folder: Path) -> Path:
    """Its last word becomes a program; returns what it was asked for."""
    log = folder / "log"
    write_program(folder / "package")
    write_program(
        folder / "apt-get",
        f'echo "$DEBIAN_FRONTEND $*" >> "{log}"\n'
        f'case "$*" in *install*) for last; do :; done\n'
        f'/bin/cp "{folder}/package" "{folder}/$last";; esac\n'
        "echo noise; echo noise >&2",
    )
    return log


def test_root_on_debian_gets_a_program_without_being_asked(bare_path, capfd):
    log = write_apt_get(bare_path)

    path = debian.provide("nginx")

    update, install = log.read_text().splitlines()
    assert update.startswith("noninteractive")
    assert update.endswith("update")
    assert install.endswith(" install --yes --no-install-recommends nginx")
    assert path == str(bare_path / "nginx")
    assert capfd.readouterr().err == "Installing nginx ...\n"


@pytest.mark.parametrize("folder", ["", "servers"])
def test_a_program_that_is_there_is_left_alone(bare_path, capfd, folder):
    log = write_apt_get(bare_path)
    write_program(bare_path / folder / "nginx")

    assert debian.provide("nginx") == str(bare_path / folder / "nginx")
    assert not log.exists()
    assert capfd.readouterr().err == ""


def test_who_is_not_root_is_asked_for_nothing(bare_path, monkeypatch, capfd):
    log = write_apt_get(bare_path)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert debian.provide("nginx") is None
    assert not log.exists()
    assert capfd.readouterr().err == ""


def test_what_the_longer_tests_start_is_provided_before_them(monkeypatch):
    done = []
    monkeypatch.setattr(commands, "make_ready", lambda kind: None)
    monkeypatch.setattr(chromium, "provide", lambda: None)
    monkeypatch.setattr(debian, "provide", done.append)
    monkeypatch.setattr(commands, "become", lambda *words: done.append(words[-1]))

    commands.prove([])

    assert done == ["nginx", "openssl", "redis-server", "strace", "tests/prove"]
