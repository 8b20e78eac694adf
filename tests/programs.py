"""The real program in a process of its own, talked to with deadlines."""

import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

SERVER = Path(__file__).parent.parent / "server.py"
DEADLINE_S = 20


class Program:
    """A process that is waited for line by line, never beyond the deadline."""

    def __init__(self, process):
        self.process = process
        self.errors = ""
        self.port = None

    def wait_until_it_listens(self):
        line = read_line(self.process.stdout)
        found = re.fullmatch(r"Listening on http://127\.0\.0\.1:(\d+)/\n", line)
        assert found, (line, self.rest_of_errors())
        self.port = int(found[1])

    def wait_for_error_line(self, text):
        """Read standard error up to a line that holds *text*."""
        while text not in self.next_error_line():
            pass

    def next_error_line(self):
        """The next line on standard error; there has to be one."""
        line = read_line(self.process.stderr)
        assert line, f"the program ended: {self.errors}"
        self.errors += line
        return line

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE_S)

    def get(self, path):
        """The status of a page and its whole answer."""
        with self.connect() as connection:
            request = (
                f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
            connection.sendall(request.encode())
            return read_answer(connection)

    def stop(self, number=signal.SIGTERM):
        """Send a signal; return the exit code."""
        self.process.send_signal(number)
        return self.exit_code()

    def exit_code(self):
        code = self.process.wait(DEADLINE_S)
        self.rest_of_errors()
        return code

    def rest_of_errors(self):
        """All that standard error held, once the process has ended."""
        self.process.kill()
        self.process.wait(DEADLINE_S)
        self.errors += self.process.stderr.read()
        return self.errors


@contextmanager
def program(folder, *arguments, environment=None):
    """Start *arguments* in *folder*, with no option from this process's environment."""
    process = subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=folder,
        env=clean_environment() | (environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    with process:
        try:
            yield Program(process)
        finally:
            process.kill()


@contextmanager
def server(folder, *options, **kwargs):
    """The program on a free port, once it listens."""
    with program(folder, SERVER, "--port=0", *options, **kwargs) as running:
        running.wait_until_it_listens()
        yield running


def wait_until(condition):
    """Look every now and then, until the deadline, for what another process does."""
    deadline, never = time.monotonic() + DEADLINE_S, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        never.wait(0.05)


def clean_environment():
    named = {name: value for name, value in os.environ.items() if name[:4] != "APP_"}
    return named | {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def read_line(stream):
    """The next line, or what there is of it when the stream ends."""
    text, deadline = "", time.monotonic() + DEADLINE_S
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while not text.endswith("\n"):
            assert selector.select(deadline - time.monotonic()), f"waited: {text!r}"
            # Past the buffer of the text layer, which select cannot see into.
            byte = os.read(stream.fileno(), 1).decode("latin-1")
            if not byte:
                break
            text += byte
    return text


def read_answer(connection):
    """The status and the text of an answer that ends with its connection."""
    connection.settimeout(DEADLINE_S)
    parts = []
    while part := connection.recv(65_536):
        parts.append(part)
    text = b"".join(parts).decode()
    return int(text.split(" ", 2)[1]) if text else None, text
