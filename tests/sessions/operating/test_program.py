"""What the commands tell the shell, and that a running site does not notice them."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.docs.pages import page, rows
from tests.programs import program
from tests.sessions.stores.sqlite_files import ENVIRONMENT
from tornado_app.sessions import SQLiteStore
from tornado_app.sessions.operating import exit_codes
from tornado_app.sessions.operating.progress import Progress
from tornado_app.sessions.record import Create

from .site_file import keep, record, stored

MODULE = ("-m", "tornado_app.sessions")


def test_it_runs_as_a_module(url, tmp_path):
    keep(url, record())

    with program(
        tmp_path, *MODULE, "--store", url, "stats", environment=ENVIRONMENT
    ) as run:
        output = run.process.stdout.read()
        assert run.exit_code() == 0

    assert output.startswith("live")


def test_the_environment_can_name_the_store(url, tmp_path):
    keep(url, record())
    environment = ENVIRONMENT | {"APP_STORE": url}

    with program(tmp_path, *MODULE, "stats", environment=environment) as run:
        assert run.exit_code() == 0


def test_a_store_must_be_named(capsys, monkeypatch, command):
    monkeypatch.delenv("APP_STORE", raising=False)
    command.url = ""

    code, _, errors = command("stats")

    assert code == 2
    assert "Say --store URL, or set APP_STORE" in errors


@pytest.mark.parametrize("word", ["stats", "list", "revoke", "sweep", "migrate"])
def test_every_command_has_help_with_an_example(command, word):
    code, output, _ = command(word, "--help")

    assert code == 0
    assert "example:\n  python -m tornado_app.sessions" in output


def test_help_tells_the_exit_codes(command):
    code, output, _ = command("--help")

    assert code == 0
    for number in (0, 1, 2, 3, 4, 130):
        assert f"\n  {number} " in output


def test_the_documentation_tells_the_exit_codes():
    known = {
        str(number) for name, number in vars(exit_codes).items() if name.isupper()
    } | {"2"}

    assert {
        row[0] for row in rows(page("docs/operating.md"), "### Exit codes")
    } == known


def test_a_misspelt_file_is_not_made(command, tmp_path):
    code, _, errors = command("stats")

    assert code == 1
    assert "there is no such file" in errors
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_session_file_is_left_alone(command, tmp_path):
    (tmp_path / "sessions.db").write_text("not a database, " * 99)

    code, _, errors = command("sweep")

    assert code == 1
    assert "not an SQLite database" in errors


def test_a_store_in_memory_has_nothing_to_show(command):
    command.url = "memory://"

    code, _, errors = command("stats")

    assert code == 2
    assert "lives and ends with one process" in errors


def test_a_wrong_url_is_a_wrong_argument_and_its_password_is_not_shown(command):
    command.url = "mysql://ada:swordfish@host/db"

    code, _, errors = command("stats")

    assert code == 2
    assert "unknown store 'mysql'" in errors
    assert "swordfish" not in errors


@pytest.mark.logs("cannot be reached yet")
def test_a_server_that_is_down_is_told_by_the_exit_code(command):
    command.url = "redis://127.0.0.1:1/0"

    code, _, errors = command("stats")

    assert code == 1
    assert "redis store is unavailable" in errors


async def test_the_file_of_a_running_site_is_never_checkpointed(url, tmp_path):
    path = tmp_path / "sessions.db"
    records = [record(user="ada", data={"text": "x" * 9000}) for _ in range(600)]
    async with SQLiteStore(path, durability="normal", may_lead=False) as site:
        await site.apply([Create(one) for one in records])
        # Not by reading: to close the file would drop the locks of this process.
        before = path.stat()

        for words in (["stats"], ["list"], ["revoke", "--user", "ada"], ["sweep"]):
            command = [sys.executable, *MODULE, "--store", url, *words]
            ended = subprocess.run(  # noqa: ASYNC221 - the site has nothing to do
                command, env=os.environ | ENVIRONMENT, capture_output=True, check=False
            )
            assert ended.returncode == 0, ended.stderr

        after = path.stat()
        assert (after.st_size, after.st_mtime_ns) == (
            before.st_size,
            before.st_mtime_ns,
        )
        assert path.with_name("sessions.db-wal").stat().st_size > 0
        assert await site.count(now=records[0].last_seen_at) == 0


def test_whoever_reads_the_output_may_stop(url, tmp_path):
    keep(url, *(record() for _ in range(2000)))
    command = [sys.executable, *MODULE, "--store", url, "list", "--limit", "2000"]

    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | ENVIRONMENT,
        text=True,
    ) as run:
        assert run.stdout.readline()
        run.stdout.close()
        errors = run.stderr.read()

    assert run.returncode == 0
    assert "Traceback" not in errors


def test_ctrl_c_keeps_what_was_done_and_says_so(url, command, tmp_path, monkeypatch):
    records = [record() for _ in range(30)]
    keep(url, *records)
    target = f"sqlite:///{tmp_path}/new.db"
    copy = ("migrate", "--from", url, "--to", target, "--batch", "10")
    monkeypatch.setattr(Progress, "show", press_ctrl_c)

    code, output, errors = command(*copy)

    assert (code, output) == (130, "")
    assert errors == "Interrupted. 10 are copied; run it again to go on.\n"
    assert len(stored(target)) == 10

    monkeypatch.undo()
    code, output, _ = command(*copy)
    assert code == 0
    assert "10 were there already" in output
    assert stored(target).keys() == stored(url).keys()


def press_ctrl_c(self, count, total):
    signal.raise_signal(signal.SIGINT)


def test_nothing_is_left_locked_by_an_interrupted_command(
    url, command, tmp_path, monkeypatch
):
    keep(url, *(record() for _ in range(30)))
    target = f"sqlite:///{tmp_path}/new.db"
    monkeypatch.setattr(Progress, "show", press_ctrl_c)
    command("migrate", "--from", url, "--to", target, "--batch", "10")

    with closing(sqlite3.connect(tmp_path / "new.db", timeout=0)) as db:
        db.execute("BEGIN EXCLUSIVE")
        db.rollback()
