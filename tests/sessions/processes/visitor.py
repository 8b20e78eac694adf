"""A visitor who comes with a new connection each time, as a crowd would."""

import asyncio
import re
from dataclasses import dataclass

DEADLINE_S = 20


@dataclass(frozen=True)
class Answer:
    """One answer, and which process gave it."""

    status: int
    process: int
    cookie: str | None
    text: str


class Visitor:
    """Keeps the one cookie that it was given."""

    def __init__(self, port):
        self.port = port
        self.cookie = None

    async def signs_in(self, user):
        """Sign in; return the handle of the session."""
        answer = await self.asks("POST", f"/sign-in/{user}")
        assert (answer.status, bool(answer.cookie)) == (200, True)
        self.cookie = answer.cookie
        return answer.text

    async def asks(self, method, path):
        """Ask on a connection that nobody used before."""
        async with asyncio.timeout(DEADLINE_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write(self._request(method, path))
                return parse(await reader.read())
            finally:
                writer.close()

    async def asks_often(self, path, count, *, at_once=16):
        """Ask *count* times, so many *at_once*; return all answers."""
        answers = []

        async def ask():
            while len(answers) + waiting[0] < count:
                waiting[0] += 1
                answer = await self.asks("GET", path)
                waiting[0] -= 1
                answers.append(answer)

        waiting = [0]
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(ask())
        return answers

    def _request(self, method, path):
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        length = "Content-Length: 0\r\n" if method == "POST" else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        return f"{head}{cookie}{length}\r\n".encode()


def parse(answer):
    head, _, text = answer.decode().partition("\r\n\r\n")
    cookie = re.search(r"^Set-Cookie: (session=[^;]+)", head, re.M)
    process = re.search(r"^Process: (\d+)", head, re.M)
    return Answer(
        status=int(head.split(" ", 2)[1]),
        process=int(process[1]),
        cookie=cookie and cookie[1],
        text=text,
    )
