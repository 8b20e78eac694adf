"""Several processes on one port: the real program."""

import itertools
import os
import re
import signal
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.programs import (
    SERVER,
    program,
    read_answer,
    read_line,
    server,
    wait_until,
)
from tests.visitors import Visitor, half_a_request, rows

THREE = "--processes=3"
rounds = itertools.count()


def children(running):
    """The process ids of its children, in the order of their birth."""
    pid = running.process.pid
    return [*map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


def is_alive(pid):
    """Not so of a zombie, which has ended and is not yet reaped."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return text.rpartition(")")[2].split()[0] != "Z"


def has_open(pid, name):
    files = Path(f"/proc/{pid}/fd").iterdir()
    return any(os.readlink(file).endswith(name) for file in files)


def leader(folder):
    """Who holds the lock on the database's lead, by process id; None if nobody does."""
    inode = (folder / "var" / "sessions.db-lead").stat().st_ino
    for line in Path("/proc/locks").read_text().splitlines():
        _number, _kind, _mode, _right, pid, place, *_range = line.split()
        if place.endswith(f":{inode}"):
            return int(pid)
    return None


def answered_by(running):
    """Who answers 30 visitors that come at once, by the lines of the log."""
    path = f"/nowhere-{next(rounds)}"
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with ExitStack() as closing_all:
        visitors = [closing_all.enter_context(running.connect()) for _ in range(30)]
        for visitor in visitors:
            visitor.sendall(request.encode())
        assert {read_answer(visitor)[0] for visitor in visitors} == {404}
    return {who_answered(running, path) for _ in visitors}


def who_answered(running, path):
    """The process that the next line about *path* names."""
    asked = re.compile(rf"\[(\d+)\] 404 GET {path} ")
    while not (found := asked.search(running.next_error_line())):
        pass
    return int(found[1])


def test_requests_reach_every_process(tmp_path):
    with server(tmp_path, THREE) as running:
        who = set()
        wait_until(lambda: len(who.update(answered_by(running)) or who) == 3)

        assert who == set(children(running))
        assert running.stop() == 0


def test_it_says_once_where_it_listens_when_all_of_them_accept(tmp_path):
    with server(tmp_path, THREE) as running:
        pids = children(running)
        # Opened last of all that a process needs before it accepts.
        assert all(has_open(pid, "sessions.db-lead") for pid in pids)

        running.process.send_signal(signal.SIGTERM)
        assert read_line(running.process.stdout) == ""
        assert running.exit_code() == 0

    assert len(pids) == 3


def test_one_process_is_its_own_parent(tmp_path):
    with server(tmp_path, "--processes=1") as running:
        assert children(running) == []
        assert running.stop() == 0


def test_a_session_is_known_to_every_process(tmp_path):
    visitor = Visitor()
    with server(tmp_path, THREE) as running:
        visitor.says_a_name(running, "Ada")
        for _ in range(20):  # each on a connection of its own
            assert "Hello, Ada!" in visitor.opens(running)

        assert running.stop() == 0


def test_every_process_signs_with_the_one_secret(tmp_path):
    with server(tmp_path, THREE, "--secret-file=secret") as running:
        assert running.stop() == 0

    assert running.errors.count("Made a new secret") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_requests_in_flight_are_finished_before_it_stops(tmp_path, number):
    with server(tmp_path, THREE) as running, ExitStack() as closing_all:
        waiting = [closing_all.enter_context(half_a_request(running)) for _ in range(9)]
        running.process.send_signal(number)
        for _ in range(3):
            running.wait_for_error_line("Stopping")
        for connection in waiting:
            connection.sendall(b"=Ada")

        # Refused for want of a token, but by the application and to its last byte.
        assert {read_answer(connection)[0] for connection in waiting} == {403}
        assert running.exit_code() == 0

    assert "Traceback" not in running.errors


def test_a_terminals_ctrl_c_reaches_all_and_still_lets_requests_finish(tmp_path):
    with server(tmp_path, THREE) as running, half_a_request(running) as connection:
        for pid in [*children(running), running.process.pid]:
            os.kill(pid, signal.SIGINT)
        for _ in range(3):
            running.wait_for_error_line("Stopping")
        connection.sendall(b"=Ada")

        assert read_answer(connection)[0] == 403
        assert running.exit_code() == 0


def test_a_second_ctrl_c_ends_all_at_once(tmp_path):
    with (
        server(tmp_path, THREE, "--stop-timeout=1h") as running,
        half_a_request(running),
    ):
        pids = children(running)
        running.process.send_signal(signal.SIGINT)
        for _ in range(3):
            running.wait_for_error_line("Stopping")

        assert running.stop(signal.SIGINT) == 128 + signal.SIGINT
        wait_until(lambda: not any(is_alive(pid) for pid in pids))


def test_while_they_stop_nobody_is_accepted(tmp_path):
    with (
        server(tmp_path, THREE, "--stop-timeout=1h") as running,
        half_a_request(running),
    ):
        running.process.send_signal(signal.SIGTERM)
        for _ in range(3):
            running.wait_for_error_line("Stopping")

        with pytest.raises(ConnectionRefusedError):
            running.connect()


def test_every_process_leaves_a_tidy_file(tmp_path):
    with server(tmp_path, THREE) as running:
        Visitor().says_a_name(running, "Ada")
        assert running.stop() == 0

    assert not (tmp_path / "var" / "sessions.db-wal").exists()
    with closing(sqlite3.connect(tmp_path / "var" / "sessions.db")) as database:
        assert rows(database) == 1


def test_a_process_that_is_killed_comes_back_and_service_goes_on(tmp_path):
    with server(tmp_path, THREE) as running:
        victim, *others = children(running)
        os.kill(victim, signal.SIGKILL)
        statuses = {running.get("/healthz")[0] for _ in range(50)}

        wait_until(lambda: len(children(running)) == 3)
        assert statuses == {200}
        assert victim not in children(running)
        assert set(others) < set(children(running))
        newest = children(running)[-1]
        wait_until(lambda: newest in answered_by(running))
        assert running.stop() == 0

    assert f"process {victim} ended (SIGKILL); another is started" in running.errors


def test_a_process_that_is_told_to_stop_alone_finishes_and_comes_back(tmp_path):
    with server(tmp_path, THREE) as running:
        victim, *_others = children(running)
        os.kill(victim, signal.SIGTERM)

        running.wait_for_error_line(f"process {victim} ended (exit code 0)")
        wait_until(lambda: len(children(running)) == 3)
        assert running.stop() == 0


def test_processes_whose_parent_is_gone_end_by_themselves(tmp_path):
    with (
        server(tmp_path, THREE, "--stop-timeout=1h") as running,
        half_a_request(running) as connection,
    ):
        pids = children(running)
        running.process.kill()
        for _ in range(3):
            running.wait_for_error_line("Stopping")
        connection.sendall(b"=Ada")

        assert read_answer(connection)[0] == 403
        wait_until(lambda: not any(is_alive(pid) for pid in pids))


def test_exactly_one_process_checkpoints_and_sweeps(tmp_path):
    with server(tmp_path, THREE) as running:
        first = leader(tmp_path)
        assert first in children(running)

        os.kill(first, signal.SIGKILL)

        wait_until(lambda: leader(tmp_path) not in (first, None))
        assert leader(tmp_path) in children(running)
        assert running.stop() == 0


def test_the_sweep_goes_on_when_the_process_that_swept_is_killed(tmp_path):
    options = (THREE, "--idle-timeout=2s", "--sweep-interval=1s")
    with server(tmp_path, *options) as running:
        os.kill(leader(tmp_path), signal.SIGKILL)
        Visitor().says_a_name(running, "Ada")
        with closing(sqlite3.connect(tmp_path / "var" / "sessions.db")) as database:
            assert rows(database) == 1
            wait_until(lambda: rows(database) == 0)

        assert running.stop() == 0

    assert len(re.findall("Swept 1 expired", running.errors)) == 1


@pytest.mark.parametrize(
    "store", ["memory://", "moving:memory://|sqlite:///s.db", "MEMORY://"]
)
def test_sessions_in_memory_cannot_be_shared_and_are_refused(tmp_path, store):
    code, errors = ended(tmp_path, f"--store={store}", "--processes=2")

    assert code == 2
    assert errors == (
        "server.py: the options: memory:// belongs to one process;"
        " want another --store, or --processes=1\n"
    )
    assert os.listdir(tmp_path) == []


def test_one_process_may_keep_sessions_in_memory(tmp_path):
    with server(tmp_path, "--store=memory://", "--processes=1") as running:
        assert running.stop() == 0


def test_what_keeps_every_process_from_starting_is_said_once(tmp_path):
    (tmp_path / "notes.db").write_text("This is a diary, and no database at all.\n" * 9)

    code, errors = ended(tmp_path, "--store=sqlite:///notes.db", THREE)

    assert code == 1
    lines = [line for line in errors.splitlines() if "notes.db" in line]
    assert len(lines) == 1
    assert lines[0].startswith("server.py: ")
    assert "Traceback" not in errors


def test_a_process_that_dies_before_it_accepts_ends_the_start(tmp_path):
    with program(tmp_path, "-c", DIES_AT_ONCE) as running:
        assert running.exit_code() == 1

    said = [line for line in running.errors.splitlines() if "server.py: " in line]
    assert len(said) == 1
    assert re.fullmatch(r"server\.py: process \d+ ended \(SIGKILL\)", said[0])


def test_a_process_that_keeps_dying_is_started_again_more_and_more_slowly(tmp_path):
    with program(tmp_path, "-c", DIES_ONCE_ALL_ACCEPT) as running:
        pauses = {0.0}
        while max(pauses) < 1.6:
            pauses.add(pause_said_by(running))
        assert running.stop() == 0

    assert pauses == {0.0, 0.1, 0.2, 0.4, 0.8, 1.6}


def pause_said_by(running):
    while not (found := re.search(r"started in ([\d.]+) s", running.next_error_line())):
        pass
    return float(found[1])


def ended(folder, *options):
    with program(folder, SERVER, "--port=0", *options) as running:
        code = running.exit_code()
    return code, running.errors


SCRIPT = """
import os, pathlib, signal, sys
sys.path.insert(0, {folder!r})
from tornado_app import processes, program
from tornado_app.entrance import Entrance
announced = pathlib.Path("announced")
Entrance.announce = lambda self: announced.touch()
async def serve(settings, entrance, *, accepts, leash):
    {does}
    os.kill(os.getpid(), signal.SIGKILL)
processes.serve = serve
sys.exit(program.main(["--port=0", "--processes=2"]))
"""
FOLDER = str(SERVER.parent)
DIES_AT_ONCE = SCRIPT.format(folder=FOLDER, does="pass")
DIES_ONCE_ALL_ACCEPT = SCRIPT.format(
    folder=FOLDER, does="accepts()\n    while not announced.exists(): pass"
)
