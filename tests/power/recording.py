"""What a program asks of the disk, and what it says meanwhile, as strace sees it.

A call that others overlap is seen twice: where it begins, and where it is over.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TRACED = "openat,write,pwrite64,ftruncate,fallocate,fdatasync,fsync,unlink"
_LONGEST_WRITE_BYTES = 1024 * 1024

_WHOLE = re.compile(r"(\d+) +(\w+)\((.*)\) += (\d+)")
_BEGUN = re.compile(r"(\d+) +(\w+)\((.*) <unfinished \.\.\.>")
_OVER = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (\d+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_FILE = re.compile(r"\d+<((?:\\x[0-9a-f]{2})*)>")


class Call(NamedTuple):
    """One call that succeeded.

    Attributes:
        key: The same at its begin and at its end.
        name: The system call.
        path: The file that it is about; of a pipe something that is none.
        data: What it writes.
        numbers: Its other arguments that are numbers.
    """

    key: int
    name: str
    path: Path
    data: bytes
    numbers: tuple[int, ...]


class Seen(NamedTuple):
    """A moment of the recording."""

    call: Call
    begins: bool
    """Else it is over."""


def record(
    folder: Path, *command: str | Path, environment: dict[str, str]
) -> list[Seen]:
    """Run *command* in *folder* to its end; return all that it asked, in order."""
    told = folder / "strace.txt"
    strace = ("strace", "-f", "--seccomp-bpf", "-xx", "-y", "-e", f"trace={TRACED}")
    options = ("-s", str(_LONGEST_WRITE_BYTES), "-o", told)
    subprocess.run(
        [*strace, *options, *command],
        cwd=folder,
        env=environment,
        check=True,
        timeout=300,
        stdout=subprocess.PIPE,
    )
    with told.open() as lines:
        return list(_seen(lines))


def _seen(lines: Iterator[str]) -> Iterator[Seen]:
    begun: dict[str, tuple[int, str]] = {}
    for key, line in enumerate(lines):
        if match := _BEGUN.match(line):
            begun[match[1]] = key, match[3]
            yield Seen(_call(key, match[2], match[3]), begins=True)
        elif match := _OVER.match(line):
            key, arguments = begun.pop(match[1])
            yield Seen(_call(key, match[2], arguments + match[3]), begins=False)
        elif match := _WHOLE.match(line):
            call = _call(key, match[2], match[3])
            yield Seen(call, begins=True)
            yield Seen(call, begins=False)


def _call(key: int, name: str, arguments: str) -> Call:
    texts = [_decoded(text) for text in _TEXT.findall(arguments)]
    files = [_decoded(text) for text in _FILE.findall(arguments)]
    is_named = name in ("openat", "unlink")
    path = texts[0] if is_named else files[0]
    numbers = re.findall(r", (\d+)(?=,|$)", arguments)
    return Call(
        key,
        "make" if name == "openat" and "O_CREAT" in arguments else name,
        Path(path.decode(errors="replace")),
        b"" if is_named or not texts else texts[0],
        tuple(map(int, numbers)),
    )


def _decoded(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
