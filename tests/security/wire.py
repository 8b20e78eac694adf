"""Owns a client that sends what no library would: headers and bodies as they are."""

import asyncio
from typing import NamedTuple
from urllib.parse import urlencode

from tornado.httputil import HTTPHeaders, parse_response_start_line

FORM = "application/x-www-form-urlencoded"
_BODILESS = {204, 304}


class Answer(NamedTuple):
    status: int
    headers: HTTPHeaders
    body: bytes

    @property
    def text(self):
        return self.body.decode(errors="replace")

    @property
    def set_cookies(self):
        return self.headers.get_list("Set-Cookie")


class Wire:
    """One connection, opened again when the server has closed it.

    It asks for JSON where the server has the choice: an error page costs more.
    """

    def __init__(self, port):
        self.port = port
        self._writer = None

    async def get(self, path="/", *, cookies=(), headers=()):
        return await self.send("GET", path, cookies=cookies, headers=headers)

    async def post(self, path, fields, *, cookies=(), headers=()):
        return await self.send(
            "POST",
            path,
            cookies=cookies,
            headers=[("Content-Type", FORM), *headers],
            body=urlencode(fields).encode(),
        )

    async def send(self, method, path, *, cookies=(), headers=(), body=None):
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.port}"]
        if not any(name == "Accept" for name, _ in headers):
            lines.append("Accept: application/json")
        if cookies:
            pairs = "; ".join(
                f"{name}={value}" for name, value in dict(cookies).items()
            )
            lines.append(f"Cookie: {pairs}")
        lines += [f"{name}: {value}" for name, value in headers]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        return await self.talk(head + (body or b""), is_head=method == "HEAD")

    async def talk(self, request, *, is_head=False):
        """Send *request* as it is; return the answer to it."""
        if self._writer is None:
            await self._connect()
        self._writer.write(request)
        answer = await self._read(is_head=is_head)
        if answer.headers.get("Connection", "").lower() == "close":
            await self.close()
        return answer

    async def close(self):
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    async def _connect(self):
        self._reader, self._writer = await asyncio.open_connection(
            "127.0.0.1", self.port, limit=2**20
        )

    async def _read(self, *, is_head):
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        start, _, rest = head.partition("\r\n")
        status = parse_response_start_line(start).code
        headers = HTTPHeaders.parse(rest)
        if is_head or status in _BODILESS:
            return Answer(status, headers, b"")
        if "Content-Length" not in headers:  # Tornado's own 400 ends the connection
            body = await self._reader.read()
            await self.close()
            return Answer(status, headers, body)
        length = int(headers["Content-Length"])
        return Answer(status, headers, await self._reader.readexactly(length))
