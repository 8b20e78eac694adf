"""A compared server in a process of its own, on one core."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools.environment import ROOT

_DEADLINE_S = 30.0
_PAUSE_S = 0.01
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class StartError(Exception):
    """A server did not start; the message is the last line that it wrote."""


class Process:
    """A server that runs, with all the processes that it started."""

    def __init__(self, popen: "subprocess.Popen[bytes]", port: int) -> None:
        self.popen = popen
        self.port = port

    def cpu_s(self) -> float:
        """The seconds of CPU used so far, in user and in system mode."""
        # proc(5): utime, stime; for children that have ended cutime, cstime.
        return (
            sum(sum(map(int, stat[11:15])) for stat in self._stats()) / _TICKS_A_SECOND
        )

    def memory_bytes(self) -> int:
        """The memory that is resident now."""
        return sum(int(stat[21]) for stat in self._stats()) * _PAGE_BYTES

    def _stats(self) -> Iterator[list[str]]:
        """The fields of /proc/PID/stat, from the third on, of each process."""
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[3]) == self.popen.pid:
                yield fields


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def running(
    command: Sequence[str],
    *,
    core: int | str,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
) -> Iterator[Process]:
    """Run *command* on *core* (or several, ``0,1``).

    It finds ``PORT`` and ``FOLDER`` in its environment. It keeps its bytecode, as a
    site does, even where the measuring program is told not to.

    ``{port}`` in *command* becomes the port. Raises StartError unless ``/`` is
    answered soon.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    words = [word.replace("{port}", str(port)) for word in command]
    log = folder / "log"
    given = {
        **os.environ,
        **(environment or {}),
        "PORT": str(port),
        "FOLDER": str(folder),
    }
    given.pop("PYTHONDONTWRITEBYTECODE", None)
    with log.open("wb") as output:
        popen = subprocess.Popen(
            ["taskset", "--cpu-list", str(core), *words],
            cwd=cwd,
            env=given,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait(popen, port, log)
        yield Process(popen, port)
    finally:
        _stop(popen)


def _wait(popen: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline_s = time.monotonic() + _DEADLINE_S
    while not answers(port):
        if popen.poll() is not None or time.monotonic() > deadline_s:
            lines = log.read_text(errors="replace").strip().splitlines()
            raise StartError(lines[-1] if lines else "it said nothing")
        time.sleep(_PAUSE_S)


def answers(port: int) -> bool:
    """Whether ``/`` is answered with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_DEADLINE_S)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _stop(popen: "subprocess.Popen[bytes]") -> None:
    popen.terminate()
    try:
        popen.wait(_DEADLINE_S)
    except subprocess.TimeoutExpired:
        popen.kill()
        popen.wait()
    # Whatever it started and left behind.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(popen.pid, signal.SIGKILL)
