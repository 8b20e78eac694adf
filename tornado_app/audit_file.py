"""Where the lines of the audit log go: a file that is rotated, or standard output."""

import errno
import os
from pathlib import Path
from typing import Protocol

from tornado_app.errors import StartError

STANDARD_OUTPUT = "-"
NOWHERE = "none"

_STANDARD_OUTPUT = 1


class Target(Protocol):
    """Takes text; every method may raise OSError."""

    name: str

    def append(self, text: str) -> None:
        """Add *text*, whole lines, at the end."""

    def close(self) -> None:
        """Let go of what is open."""


class AppendedFile:
    """A file, made for its owner alone; opened anew when it was moved away or deleted.

    Several processes may append to one: the system adds each write at the end
    (``O_APPEND``), whoever made it.
    """

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path
        self._torn = False
        self._descriptor = _open(path)

    def append(self, text: str) -> None:
        if self._was_moved():
            self._open_anew()
        # After half a line a new one: only what was cut is lost.
        data = (f"\n{text}" if self._torn else text).encode()
        written = os.write(self._descriptor, data)
        self._torn = written < len(data)
        if self._torn:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def close(self) -> None:
        os.close(self._descriptor)

    def _open_anew(self) -> None:
        # The old one is closed last: a number that is closed may be another file's.
        there = _open(self._path)
        os.close(self._descriptor)
        self._descriptor, self._torn = there, False

    def _was_moved(self) -> bool:
        try:
            there = os.stat(self._path)
        except FileNotFoundError:
            return True
        return not os.path.samestat(there, os.fstat(self._descriptor))


class StandardOutput:
    """Standard output, for whoever collects it."""

    name = "on standard output"

    def append(self, text: str) -> None:
        data = text.encode()
        while data:
            data = data[os.write(_STANDARD_OUTPUT, data) :]

    def close(self) -> None:
        """Others write there too."""


def open_target(where: str) -> Target | None:
    """Open what ``--audit-log`` names; None: nothing is to be written.

    Raises StartError when the file cannot be had.
    """
    if where == NOWHERE:
        return None
    if where == STANDARD_OUTPUT:
        return StandardOutput()
    try:
        return AppendedFile(Path(where))
    except OSError as exc:
        reason = f"{exc.strerror} ({exc.filename}); choose another with --audit-log"
        raise StartError(f"audit log {where}: {reason}") from exc


def _open(path: Path) -> int:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    if not hasattr(os, "O_NONBLOCK"):
        return os.open(path, flags, 0o600)
    # A named pipe that nobody reads would hold the start up.
    descriptor = os.open(path, flags | os.O_NONBLOCK, 0o600)
    os.set_blocking(descriptor, True)
    return descriptor
