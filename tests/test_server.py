"""The real program, in a process of its own."""

import ast
import os
import signal
import socket
import sqlite3
import stat
from contextlib import closing

import pytest

from tests.programs import SERVER, program, read_answer, server, wait_until
from tests.visitors import Visitor, half_a_request, rows
from tornado_app.settings import OPTIONS

OLD_PYTHON = """
import runpy, sys
sys.version_info = (3, 10, 13, "final", 0)
sys.argv = ["server.py"]
runpy.run_path({path!r}, run_name="__main__")
"""
PACKAGES_MISSING = """
import runpy, sys
class Nothing:
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in ("tornado", "aiosqlite"):
            raise ModuleNotFoundError("No module named %r" % name, name=name)
sys.meta_path.insert(0, Nothing())
sys.argv = ["server.py"]
sys.path.insert(0, {folder!r})
runpy.run_path({path!r}, run_name="__main__")
"""
# Whatever goes wrong after the store was opened, its thread must not keep the process.
FAILS_WITH_AN_OPEN_STORE = """
import sys
sys.path.insert(0, {folder!r})
from tornado_app import program, serving
from tornado_app.errors import StartError
def make_app(*arguments, **named):
    raise StartError("the pages cannot be found")
serving.make_app = make_app
sys.exit(program.main(["--port=0"]))
"""


def script(source):
    return ["-c", source.format(path=str(SERVER), folder=str(SERVER.parent))]


def refused(folder, *arguments, environment=None):
    """Run until it ends; return the exit code and the one line on standard error."""
    with program(folder, *arguments, environment=environment) as running:
        code = running.exit_code()
    lines = running.errors.splitlines()
    ours = [line for line in lines if line.startswith("server.py: ")]
    assert len(ours) == 1, lines
    assert "Traceback" not in running.errors
    return code, ours[0]


def test_it_says_where_it_listens_once_it_accepts(tmp_path):
    with server(tmp_path) as running:
        status, _text = running.get("/healthz")

        assert status == 200
        assert running.stop() == 0


def test_it_keeps_its_secret_and_its_database_under_var(tmp_path):
    with server(tmp_path) as running:
        assert running.stop() == 0

    assert stat.S_IMODE((tmp_path / "var" / "secret").stat().st_mode) == 0o600
    assert (tmp_path / "var" / "sessions.db").exists()


def test_options_come_from_the_environment_and_from_a_file_too(tmp_path):
    (tmp_path / "app.toml").write_text('store = "sqlite:///elsewhere.db"\n')
    environment = {
        "APP_DATABASE": "sqlite:///people.db",
        "APP_SECRET_FILE": "my-secret",
        "APP_AUDIT_LOG": "my-audit.log",
    }

    with server(tmp_path, "--config=app.toml", environment=environment) as running:
        assert running.stop() == 0

    assert (tmp_path / "elsewhere.db").exists()
    assert (tmp_path / "people.db").exists()
    assert (tmp_path / "my-secret").exists()
    assert (tmp_path / "my-audit.log").exists()
    assert not (tmp_path / "var").exists()


def test_a_visitor_is_known_after_a_restart(tmp_path):
    visitor = Visitor()
    with server(tmp_path) as running:
        visitor.says_a_name(running, "Ada")
        assert running.stop() == 0

    with server(tmp_path) as running:
        assert "Hello, Ada!" in visitor.opens(running)
        assert running.stop() == 0


def test_an_expired_session_is_gone_from_the_database_by_itself(tmp_path):
    with server(tmp_path, "--idle-timeout=2s", "--sweep-interval=1s") as running:
        Visitor().says_a_name(running, "Ada")
        with closing(sqlite3.connect(tmp_path / "var" / "sessions.db")) as database:
            assert rows(database) == 1
            wait_until(lambda: rows(database) == 0)

        assert running.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_stop_ends_it_with_exit_code_0(tmp_path, number):
    with server(tmp_path) as running:
        assert running.stop(number) == 0

    assert "Traceback" not in running.errors


def test_a_second_sigterm_changes_nothing(tmp_path):
    with server(tmp_path) as running, half_a_request(running) as connection:
        running.process.send_signal(signal.SIGTERM)
        running.wait_for_error_line("Stopping")
        running.process.send_signal(signal.SIGTERM)
        connection.sendall(b"=Ada")

        status, _text = read_answer(connection)
        assert status in (303, 403)
        assert running.exit_code() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_in_flight_is_finished_before_it_stops(tmp_path, number):
    with server(tmp_path) as running, half_a_request(running) as connection:
        running.process.send_signal(number)
        running.wait_for_error_line("Stopping")
        connection.sendall(b"=Ada")

        # Refused for want of a token, but by the application and to its last byte.
        status, text = read_answer(connection)
        assert status in (303, 403)
        assert "\r\n\r\n" in text
        assert running.exit_code() == 0


def test_a_request_that_never_ends_holds_it_up_no_longer_than_it_may(tmp_path):
    with server(tmp_path, "--stop-timeout=1s") as running, half_a_request(running):
        assert running.stop() == 0

    assert "Cut off 1 unfinished request" in running.errors


def test_a_second_ctrl_c_ends_it_at_once(tmp_path):
    with server(tmp_path, "--stop-timeout=1h") as running, half_a_request(running):
        running.process.send_signal(signal.SIGINT)
        running.wait_for_error_line("Stopping")

        assert running.stop(signal.SIGINT) == 128 + signal.SIGINT


def test_while_it_stops_nobody_is_accepted(tmp_path):
    with server(tmp_path, "--stop-timeout=1h") as running, half_a_request(running):
        running.process.send_signal(signal.SIGTERM)
        running.wait_for_error_line("Stopping")

        with pytest.raises(ConnectionRefusedError):
            running.connect()


def test_an_idle_connection_does_not_hold_it_up(tmp_path):
    with server(tmp_path, "--stop-timeout=1h") as running, running.connect() as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(65_536).startswith(b"HTTP/1.1 200")

        assert running.stop() == 0


def test_a_start_that_fails_with_the_store_open_still_ends(tmp_path):
    code, line = refused(tmp_path, *script(FAILS_WITH_AN_OPEN_STORE))

    assert (code, line) == (1, "server.py: the pages cannot be found")


def test_a_port_in_use_ends_the_start_before_the_database_is_touched(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, line = refused(tmp_path, SERVER, f"--port={port}")

    assert code == 1
    assert f"cannot listen on 127.0.0.1 port {port}: another program" in line
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("address", "problem"),
    [("192.0.2.1", "no such address"), ("no.such.invalid", "no such address or host")],
)
def test_an_address_of_no_machine_here_ends_the_start(tmp_path, address, problem):
    code, line = refused(tmp_path, SERVER, "--port=0", f"--address={address}")

    assert code == 1
    assert problem in line


def test_a_wrong_option_ends_the_start(tmp_path):
    code, line = refused(tmp_path, SERVER, "--prot=9000")

    assert code == 2
    assert line == "server.py: --prot: there is no such option; did you mean --port?"


def test_a_wrong_store_url_ends_the_start(tmp_path):
    code, line = refused(tmp_path, SERVER, "--store=sqlite:///")

    assert code == 2
    assert line.startswith("server.py: --store: want a file name")


def test_a_database_of_another_program_ends_the_start(tmp_path):
    with closing(sqlite3.connect(tmp_path / "other.db")) as database:
        database.execute("CREATE TABLE recipes (name TEXT)")

    code, line = refused(tmp_path, SERVER, "--port=0", "--store=sqlite:///other.db")

    assert code == 1
    assert "another program's database" in line


def test_a_database_of_a_newer_version_ends_the_start(tmp_path):
    with server(tmp_path, "--store=sqlite:///s.db") as running:
        assert running.stop() == 0
    with closing(sqlite3.connect(tmp_path / "s.db")) as database:
        database.execute("PRAGMA user_version = 99")

    code, line = refused(tmp_path, SERVER, "--port=0", "--store=sqlite:///s.db")

    assert code == 1
    assert "use a newer version of the program" in line


def test_a_database_that_is_none_ends_the_start_and_is_left_alone(tmp_path):
    (tmp_path / "notes.db").write_text("This is a diary, and no database at all.\n" * 9)

    code, line = refused(tmp_path, SERVER, "--port=0", "--store=sqlite:///notes.db")

    assert code == 1
    assert "notes.db" in line
    assert (tmp_path / "notes.db").read_text().startswith("This is a diary")


def test_a_folder_that_cannot_be_written_ends_the_start(tmp_path):
    # Holds for root too, who may write in folders that forbid it.
    (tmp_path / "var").write_text("a file where the folder should be")

    code, line = refused(tmp_path, SERVER, "--port=0")

    assert code == 1
    assert line.startswith("server.py: secret file var/secret: ")


def test_a_database_in_a_folder_that_cannot_be_made_ends_the_start(tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be")

    code, line = refused(tmp_path, SERVER, "--port=0", "--store=sqlite:///data/s.db")

    assert code == 1
    assert "data" in line


def test_a_secret_that_others_may_read_ends_the_start(tmp_path):
    (tmp_path / "secret").write_text("x" * 64)
    (tmp_path / "secret").chmod(0o644)

    code, line = refused(tmp_path, SERVER, "--port=0", "--secret-file=secret")

    assert code == 1
    assert line.endswith("run: chmod 600 secret")


def test_missing_packages_are_named_with_the_two_commands(tmp_path):
    code, line = refused(tmp_path, *script(PACKAGES_MISSING))

    assert code == 2
    assert "make run" in line
    assert "pip install -r requirements.txt && python server.py" in line


def test_a_python_that_is_too_old_is_told_so(tmp_path):
    code, line = refused(tmp_path, *script(OLD_PYTHON))

    assert code == 3
    assert "needs Python 3.11 or newer" in line
    assert "is Python 3.10" in line


def test_an_old_python_can_read_the_file_that_turns_it_away():
    ast.parse(SERVER.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_help_lists_every_option(tmp_path):
    with program(tmp_path, SERVER, "--help") as running:
        text = running.process.communicate(timeout=20)[0]

    assert all(f"--{name}" in text for name in OPTIONS)
    assert running.process.returncode == 0
    assert os.listdir(tmp_path) == []


def test_show_config_starts_nothing(tmp_path):
    with program(tmp_path, SERVER, "--show-config", "--port=0") as running:
        text = running.process.communicate(timeout=20)[0]

    assert 'port = "0"  # command line' in text
    assert running.process.returncode == 0
    assert os.listdir(tmp_path) == []


def test_a_misspelt_variable_is_named_in_the_log(tmp_path):
    with server(tmp_path, environment={"APP_PROT": "9000"}) as running:
        assert running.stop() == 0

    assert "APP_PROT is ignored; did you mean APP_PORT?" in running.errors


def test_not_even_debug_lines_show_what_goes_to_the_store(tmp_path):
    with server(tmp_path, "--log-level=debug") as running:
        assert running.stop() == 0

    assert "DEBUG" in running.errors
    assert "executing" not in running.errors
