"""The tests of how the browser is found and fetched."""

import pytest

from tests.tools.conftest import write_program
from tools import chromium


@pytest.mark.parametrize(
    ("packaged", "asked_for"),
    [
        ("chromium-headless-shell", ["chromium-headless-shell"]),
        ("chromium", ["chromium-headless-shell", "chromium"]),  # before Debian 12
    ],
)
def test_root_on_debian_gets_the_lightest_without_being_asked(
    bare_path, capfd, packaged, asked_for
):
    log = bare_path / "log"
    write_program(bare_path / "package", "exit 0")
    write_program(
        bare_path / "apt-get",
        f'echo "$DEBIAN_FRONTEND $*" >> "{log}"\n'
        f'case "$*" in *" {packaged}") '
        f'/bin/mv "{bare_path}/package" "{bare_path}/{packaged}";; esac\n'
        "echo noise; echo noise >&2",
    )

    chromium.provide()

    update, *installs = log.read_text().splitlines()
    assert update.startswith("noninteractive")
    assert update.endswith("update")
    assert [line.partition(" install --yes ")[2] for line in installs] == [
        f"--no-install-recommends {package}" for package in asked_for
    ]
    assert chromium.find() == str(bare_path / packaged)
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
