"""A long Cookie header costs no more than its length: work is counted, not time."""

import sys

import pytest
from tornado.httputil import HTTPHeaders

from tests.plugins.effort import counts
from tornado_app.sessions.cookie import raw_pairs

SHORT, LONG = 8 * 1024, 64 * 1024
PIECES = {
    "ours again and again": "session=x; ",
    "ours without a value": "session;",
    "ours and other blanks": "\xa0session=x;\t",
    "others": "a=1; ",
    "separators": ";",
    "blanks": " ",
    "blanks and separators": " ; ",
    "quotes": '"',
    "quoted backslashes": 'session="\\073\\\\";',
    "octal escapes": "\\073",
    "equals signs": "=",
    "bars": "2|1:0|",
    "digits": "1",
    "one name": "session",
    "nothing but a value": "session=",
}


def work_of(call):
    """How many lines of Python and functions of C it takes."""
    steps = 0

    def count(_frame, event, _argument):
        nonlocal steps
        steps += event in ("line", "call", "c_call")
        return count

    sys.settrace(count)
    sys.setprofile(count)
    try:
        call()
    finally:
        sys.settrace(None)
        sys.setprofile(None)
    return steps


def headers_of(piece, size):
    headers = HTTPHeaders()
    headers.add("Cookie", (piece * (size // len(piece) + 1))[:size].strip() or "x")
    return headers


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
def test_the_work_grows_no_faster_than_the_header(piece):
    short, long = (
        work_of(lambda size=size: raw_pairs(headers_of(piece, size), "session"))
        for size in (SHORT, LONG)
    )

    assert long <= short * (LONG / SHORT) * 1.1
    counts["long Cookie headers measured"] += 1


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
async def test_it_opens_nothing_and_is_no_mistake_of_ours(wire, sessions, piece):
    size = 30 * 1024  # what is longer ends the connection
    header = (piece * (size // len(piece) + 1))[:size].strip() or "x"

    answer = await wire.get("/", headers=[("Cookie", header)])

    assert answer.status in (200, 400)
    assert await sessions.count() == 0
