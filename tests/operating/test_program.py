"""What the commands on accounts tell the shell."""

import io
import signal
import sqlite3
import sys
from contextlib import closing

import pytest

from tests.docs.pages import ROOT, page, rows
from tests.programs import program

MODULE = ("-m", "tornado_app")
BASE = ("--base-url", "https://example.org")


def test_it_runs_as_a_module_and_the_environment_names_the_database(files, tmp_path):
    files.keep("ada")
    environment = {"APP_DATABASE": files.database, "PYTHONPATH": str(ROOT)}

    with program(
        tmp_path, *MODULE, "reset-link", "ada", *BASE, environment=environment
    ) as run:
        output = run.process.stdout.read()
        assert run.exit_code() == 0

    assert output.startswith("https://example.org/reset/")


def test_a_database_and_a_store_must_be_named(command, monkeypatch):
    monkeypatch.delenv("APP_DATABASE", raising=False)
    monkeypatch.delenv("APP_STORE", raising=False)

    assert "Say --store URL, or set APP_STORE" in command("delete", "ada")[2]
    command.files.database = ""
    code, _, errors = command("delete", "ada")

    assert code == 2
    assert "Say --database URL, or set APP_DATABASE" in errors


@pytest.mark.parametrize("word", ["reset-link", "sign-out", "delete", "copy"])
def test_every_command_has_help_with_an_example(command, word):
    code, output, _ = command(word, "--help")

    assert code == 0
    assert "example:\n  python -m tornado_app " in output


def test_help_and_documentation_tell_the_exit_codes(command):
    code, output, _ = command("--help")

    assert code == 0
    told = {row[0] for row in rows(page("docs/operating.md"), "### What they answer")}
    assert told == {"0", "1", "2", "3", "4", "130"}
    assert all(f"\n  {number} " in output for number in told)


@pytest.mark.parametrize(
    ("urls", "problem"),
    [
        (["--database", "mysql://ada:swordfish@host/db"], "unknown database 'mysql'"),
        (["--database", "memory://"], "lives and ends with one process"),
        (["--store", "mysql://ada:swordfish@host/db"], "unknown store 'mysql'"),
        (["--store", "memory://"], "lives and ends with one process"),
    ],
)
def test_a_wrong_url_is_a_wrong_argument_and_its_password_is_not_shown(
    command, urls, problem
):
    code, _, errors = command("sign-out", "ada", *urls)

    assert code == 2
    assert problem in errors
    assert "swordfish" not in errors


@pytest.mark.parametrize("word", ["reset-link", "sign-out", "delete"])
def test_a_misspelt_file_is_not_made(command, tmp_path, word):
    words = BASE if word == "reset-link" else ["--store", command.files.store]
    words = [*words, *(["--yes"] if word == "delete" else [])]

    code, _, errors = command(word, "ada", *words)

    assert code == 1
    assert "there is no such file. Nothing was done." in errors
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_breaks_is_told_by_the_exit_code(command, tmp_path):
    command.files.keep("ada")
    with closing(sqlite3.connect(tmp_path / "accounts.db")) as database:
        database.execute("DROP TABLE resets")

    code, output, errors = command("reset-link", "ada", *BASE)

    assert (code, output) == (1, "")
    assert "accounts store is unavailable" in errors


def test_ctrl_c_says_what_is_true(files, tmp_path):
    files.keep("ada")
    urls = ["--database", files.database, "--store", files.store]
    environment = {"PYTHONPATH": str(ROOT)}

    with program(
        tmp_path,
        "-c",
        "from tornado_app.operating import ending, program\n"
        "def stop(*_): raise KeyboardInterrupt\n"
        "ending._end_sessions = stop\n"
        f"raise SystemExit(program.main({['sign-out', 'ada', *urls]!r}))",
        environment=environment,
    ) as run:
        assert run.exit_code() == 128 + signal.SIGINT

    assert "Interrupted. Some sessions may have ended; run it again." in run.errors


def test_what_is_typed_decides_whether_an_account_goes(command, monkeypatch):
    command.files.keep("ada")
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    code, _, errors = command("delete", "ada", store=True)
    assert (code, errors) == (3, "Not confirmed. Nothing was done.\n")
    assert command.files.account("ada")

    monkeypatch.setattr(sys, "stdin", io.StringIO("ada\n"))
    assert command("delete", "ada", store=True)[0] == 0
    assert command.files.account("ada") is None
