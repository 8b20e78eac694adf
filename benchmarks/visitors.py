"""The visitors' cookies: made by visiting, checked before anything is measured."""

import http.client
import random
import re
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from .visitor import GREETING

SESSIONS = 1_000
_VISIT = re.compile(re.escape(GREETING) + r"(?:, visit (\d+))?")


class WrongAnswerError(Exception):
    """A server does not do what it is measured for."""


class Visitor:
    """One connection, with the cookies of one browser."""

    def __init__(self, port: int, *, timeout_s: float = 30) -> None:
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", port, timeout=timeout_s
        )
        self.cookies: dict[str, str] = {}

    def forget(self) -> None:
        """Be somebody else."""
        self.cookies = {}

    @property
    def header(self) -> str:
        """What the browser sends."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def get(self, path: str) -> str:
        """Return the page; raises WrongAnswerError unless it comes with 200."""
        return self.ask("GET", path)

    def ask(
        self, method: str, path: str, *, form: str | None = None, expected: int = 200
    ) -> str:
        """Return the answer; raises WrongAnswerError unless it has that status."""
        headers = {"Cookie": self.header} if self.cookies else {}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body=form, headers=headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        if answer.status != expected:
            raise WrongAnswerError(f"{path} answers {answer.status}")
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return text

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def fill(port: int, file: Path, *, count: int) -> None:
    """Visit as *count* strangers; keep each one's cookies as a line of *file*."""
    lines = []
    with closing(Visitor(port)) as visitor:
        for _ in range(count):
            visitor.forget()
            visitor.get("/fill")
            lines.append(visitor.header)
    keep(lines, file)


def keep(headers: Iterable[str], file: Path) -> None:
    """Write Cookie *headers* to *file*, in an order that is the same every time.

    It is not that of their sessions, which the store may have put side by side: nobody
    comes back just after those who first came just before.
    """
    lines = [f"{header}\n" for header in headers]
    random.Random(0).shuffle(lines)  # noqa: S311 - nothing is to be kept secret
    file.write_text("".join(lines))


def check(port: int, operations: tuple[str, ...]) -> None:
    """See that the server greets by name and counts on; raises WrongAnswerError."""
    with closing(Visitor(port)) as visitor:
        visitor.get("/fill")
        for operation in operations:
            _check(operation, [visitor.get(f"/{operation}") for _ in range(2)])


def _check(operation: str, pages: list[str]) -> None:
    found = [_VISIT.fullmatch(page) for page in pages]
    if None in found:
        raise WrongAnswerError(f"/{operation} answers {pages[0][:80]!r}")
    counts = [int(match[1]) for match in found if match and match[1]]
    if operation == "changes" and counts[1:] != [counts[0] + 1]:
        raise WrongAnswerError(f"/changes does not count on: {counts}")
