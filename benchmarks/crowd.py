"""Two hundred people who sign in at the same moment."""

import asyncio
import re
from collections import Counter
from contextlib import closing
from urllib.parse import urlencode

from .visitors import Visitor, WrongAnswerError

SIZE = 200

_TOKEN = re.compile(r'name="_xsrf" value="([^"]+)"')


def sign_in_at_once(port: int) -> Counter[int]:
    """Send all their forms; return how many got which status, once all have one.

    Each comes from an address of its own, for one address has only a few tries: the
    site trusts the proxy that says so.
    """
    with closing(Visitor(port)) as visitor:
        token = _TOKEN.search(visitor.get("/sign-in"))
        cookie = visitor.header
    if token is None:
        raise WrongAnswerError("the sign-in page has no form")
    return asyncio.run(_all_at_once(port, cookie, token[1]))


async def _all_at_once(port: int, cookie: str, token: str) -> Counter[int]:
    answers = (_sign_in(port, number, cookie, token) for number in range(SIZE))
    return Counter(await asyncio.gather(*answers))


async def _sign_in(port: int, number: int, cookie: str, token: str) -> int:
    fields = {
        "username": f"user {number}",
        "password": "nobody has this password",
        "_xsrf": token,
    }
    body = urlencode(fields)
    head = (
        "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"X-Forwarded-For: 198.51.100.{number + 1}\r\nCookie: {cookie}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write((head + body).encode())
    answer = await reader.read()
    writer.close()
    return int(answer.split(maxsplit=2)[1])
