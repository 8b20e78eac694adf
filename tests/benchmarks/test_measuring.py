"""Processes, visitors and preparations."""

import math
import os
import signal
import subprocess
import sys
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

import pytest

from benchmarks import load, machine, prepare, process, visitor, visitors
from benchmarks.process import StartError
from tests.programs import wait_until
from tornado_app.sessions.values import encode_object

SERVE = """
import http.server, os, subprocess, sys
if sys.argv[1:]:
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ["FOLDER"].encode())
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
CORE = machine.server_core()


class Pages(BaseHTTPRequestHandler):
    """Notes the cookies that it is asked with, and for what."""

    protocol_version = "HTTP/1.1"
    seen: set[str | None]
    asked: set[str]

    def do_GET(self):
        self.asked.add(self.path)
        self.seen.add(self.headers.get("Cookie"))
        status, text = self.pages.get(self.path, (404, b""))
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


@pytest.fixture
def pages():
    """A server that says what a test wants; its port, its pages, what it saw."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    handler = type("Handler", (Pages,), {"seen": set(), "asked": set(), "pages": {}})
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        handler.port = server.server_address[1]
        yield handler
        server.shutdown()


def test_every_cookie_is_sent_in_turn(wrk, pages, tmp_path):
    pages.pages["/"] = (200, b"hello")
    cookies = tmp_path / "cookies"
    cookies.write_text("session=1\nsession=2\n")

    found = load.visit(pages.port, "/", seconds=1, cookies=cookies)

    assert pages.seen == {"session=1", "session=2"}
    assert found.requests > 1
    assert found.errors == 0
    assert found.p50_ms <= found.p99_ms <= found.longest_ms


@pytest.mark.parametrize(
    ("as_stranger", "seen"), [(False, {"session=1"}), (True, {"session=1", None})]
)
def test_two_pages_are_asked_for_in_turn(wrk, pages, tmp_path, as_stranger, seen):
    pages.pages |= {"/": (200, b"hello"), "/creates": (200, b"hello")}
    cookies = tmp_path / "cookies"
    cookies.write_text("session=1\n")

    found = load.fraction(
        pages.port, "/creates", "/", seconds=1, cookies=cookies, as_stranger=as_stranger
    )

    assert found > 0
    assert pages.seen == seen
    assert pages.asked == {"/", "/creates"}


def test_a_page_that_answers_errors_has_no_fraction(wrk, pages, tmp_path):
    pages.pages["/"] = (200, b"hello")
    cookies = tmp_path / "cookies"
    cookies.write_text("session=1\n")

    found = load.fraction(
        pages.port, "/missing", "/", seconds=1, cookies=cookies, as_stranger=False
    )

    assert math.isnan(found)


def test_visitors_do_not_come_in_the_order_of_their_sessions(tmp_path):
    headers = [f"session={number:03}" for number in range(100)]
    orders = []
    for name in ("once", "again"):
        visitors.keep(headers, tmp_path / name)
        orders.append((tmp_path / name).read_text().splitlines())

    assert orders[0] == orders[1]
    assert sorted(orders[0]) == headers
    followed = sum(one < other for one, other in pairwise(orders[0]))
    assert 30 < followed < 70


def test_a_stranger_sends_no_cookie(wrk, pages):
    pages.pages["/"] = (200, b"hello")

    load.visit(pages.port, "/", seconds=1)

    assert pages.seen == {None}


def test_an_answer_that_is_an_error_counts_as_one(wrk, pages):
    found = load.visit(pages.port, "/missing", seconds=1)

    assert found.errors > 0


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        (b"Hello, stranger", "answers 'Hello, stranger'"),
        (b"Hello, Ada Lovelace, visit 7", "does not count on: [7, 7]"),
    ],
)
def test_a_server_that_does_not_keep_a_session_is_not_measured(pages, page, problem):
    pages.pages |= {"/fill": (200, b""), "/changes": (200, page)}

    with pytest.raises(visitors.WrongAnswerError) as caught:
        visitors.check(pages.port, ("changes",))

    assert problem in str(caught.value)


def test_a_process_runs_on_its_core_and_is_gone_afterwards(tmp_path):
    command = [sys.executable, "-c", SERVE]

    with process.running(command, core=CORE, folder=tmp_path) as running:
        pid = running.popen.pid
        cores = os.sched_getaffinity(pid)
        with closing(visitors.Visitor(running.port)) as visitor:
            text = visitor.get("/")
        used_s, memory_bytes = running.cpu_s(), running.memory_bytes()

    assert (cores, text) == ({CORE}, str(tmp_path))
    assert used_s > 0
    assert memory_bytes > 1_000_000
    assert running.popen.returncode == -signal.SIGTERM


def test_a_server_keeps_its_bytecode_whatever_the_benchmark_is_told(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / "served.py").write_text(SERVE)
    command = [sys.executable, "-c", "import served"]

    with process.running(command, core=CORE, folder=tmp_path, cwd=tmp_path):
        pass

    assert list(tmp_path.glob("__pycache__/served.*.pyc"))


def test_a_process_that_its_server_started_is_measured_and_ended_too(tmp_path):
    command = [sys.executable, "-c", SERVE]

    with process.running(command, core=CORE, folder=tmp_path) as alone:
        memory_bytes = alone.memory_bytes()
    with process.running([*command, "with-child"], core=CORE, folder=tmp_path) as both:
        both_bytes = both.memory_bytes()

    assert both_bytes > memory_bytes + 1_000_000
    wait_until(lambda: both.memory_bytes() == 0)


def test_a_server_that_ends_at_once_is_told_by_its_last_line(tmp_path):
    command = [
        sys.executable,
        "-c",
        "print('one', flush=True); raise SystemExit('two')",
    ]

    with (
        pytest.raises(StartError, match=r"^two$"),
        process.running(command, core=CORE, folder=tmp_path),
    ):
        raise AssertionError("it did not run")


def test_without_wrk_and_root_one_word_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(prepare, "CACHE", tmp_path)
    monkeypatch.setattr(prepare.debian, "provide", lambda program: None)

    with pytest.raises(SystemExit, match="apt install wrk"):
        prepare.machine()


def test_wrk_is_provided(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(prepare, "CACHE", tmp_path)
    monkeypatch.setattr(
        prepare.debian, "provide", lambda program: asked.append(program) or program
    )

    prepare.machine()

    assert asked == ["wrk"]


def test_a_peer_that_does_not_install_is_named_and_the_others_are_there(
    monkeypatch, tmp_path, capsys
):
    installed = []

    def run(command, **_):
        fails = "-r" in command or "starsessions" in command[-1]
        installed.extend([] if fails else [command[-1]])
        return subprocess.CompletedProcess(command, int(fails), "", "no such thing")

    monkeypatch.setattr(prepare, "PEERS_VENV", tmp_path)
    monkeypatch.setattr(prepare.venv, "create", lambda folder, **_: None)
    monkeypatch.setattr(prepare.subprocess, "run", run)

    prepare.python_peers()

    assert any(one.startswith("Django==") for one in installed)
    said = capsys.readouterr().err
    assert "starsessions[redis]==2.2.1 does not install and is left out." in said


def test_node_that_is_not_there_is_named(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(prepare, "NODE_FOLDER", tmp_path / "node")
    monkeypatch.setattr(prepare.shutil, "which", lambda name: None)

    prepare.node_peers()

    assert capsys.readouterr().err == "No Node here: express-session is left out.\n"


@pytest.mark.parametrize(
    ("cores", "remote", "begins"),
    [
        ({0}, False, "One core only"),
        ({0, 1}, True, "Two cores only"),
        ({0, 1}, False, ""),
        ({0, 1, 2}, True, ""),
    ],
)
def test_too_few_cores_are_told(monkeypatch, cores, remote, begins):
    monkeypatch.setattr(machine.os, "sched_getaffinity", lambda pid: cores)

    assert "".join(machine.warnings(remote=remote)).startswith(begins)
    assert bool(machine.warnings(remote=remote)) == bool(begins)


def test_what_is_kept_of_a_visitor_is_of_this_one_alone():
    one, other = visitor.new_data(), visitor.new_data()

    assert one["token"] != other["token"]
    assert one | {"token": ""} == other | {"token": ""}
    assert 280 < len(encode_object(one)) < 320
