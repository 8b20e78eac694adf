"""The command that lists sessions."""

import heapq
import json
import sys
from argparse import Namespace
from collections.abc import AsyncIterator
from datetime import datetime
from typing import NamedTuple

from ..manager import utc_now
from ..merging import size_bytes
from ..record import SessionRecord
from ..stores import SessionStore
from ..stores.tombstones import is_tombstone
from .exit_codes import DONE, NOTHING_MATCHED
from .opening import opened
from .progress import Progress

_BATCH = 1000
_HEADS = ("handle", "started", "last seen", "expires", "bytes", "user")


class Line(NamedTuple):
    """All that is shown of one session."""

    handle: str
    started_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    data_bytes: int
    user: str | None


async def run(asked: Namespace, progress: Progress) -> int:
    """Print a page of live sessions."""
    async with opened(asked.store) as store:
        lines = await page(store, asked, now=utc_now())
    if not lines:
        print("No session matches.", file=sys.stderr)
        return NOTHING_MATCHED
    if not asked.json:
        print(_columns(_HEADS))
    for line in lines[: asked.limit]:
        print(_as_json(line) if asked.json else _columns(_texts(line)))
    if len(lines) > asked.limit:
        last = lines[asked.limit - 1].handle
        print(f"There are more: --after {last}", file=sys.stderr)
    return DONE


async def page(store: SessionStore, asked: Namespace, *, now: datetime) -> list[Line]:
    """Return the lines of one page in the order of handles, with one more if any is.

    Whatever the store, no more than these are held in memory.
    """
    lines: list[Line] = []
    async for records in _matching(store, asked.user, now=now):
        fresh = [
            _line(record)
            for record in records
            if record.handle > (asked.after or "")
            and record.is_live(now)
            and not is_tombstone(record)
        ]
        known = {line.handle: line for line in (*lines, *fresh)}
        lines = heapq.nsmallest(asked.limit + 1, known.values())
    return lines


async def _matching(
    store: SessionStore, user: str | None, *, now: datetime
) -> AsyncIterator[list[SessionRecord]]:
    if user is not None:
        yield await store.of_user(user, now=now)
        return
    async for records in store.walk(batch=_BATCH):
        yield records


def _line(record: SessionRecord) -> Line:
    return Line(
        record.handle,
        record.started_at,
        record.last_seen_at,
        record.expires_at,
        size_bytes(record.data, record.flashes),
        record.user,
    )


def _columns(texts: tuple[str, ...]) -> str:
    handle, *instants, size, user = texts
    middle = "  ".join(f"{text:<20}" for text in instants)
    return f"{handle:<16}  {middle}  {size:>7}  {user}"


def _texts(line: Line) -> tuple[str, ...]:
    user = "-" if line.user is None else _printable(line.user)
    instants = (line.started_at, line.last_seen_at, line.expires_at)
    return (line.handle, *map(shown, instants), f"{line.data_bytes}", user)


def shown(instant: datetime) -> str:
    """Return *instant* to the second, in UTC."""
    return f"{instant:%Y-%m-%d %H:%M:%S}Z"


def _printable(user: str) -> str:
    """A name may hold what a terminal obeys."""
    return user if user.isprintable() and user not in ("", "-") else json.dumps(user)


def _as_json(line: Line) -> str:
    return json.dumps(line._asdict(), default=datetime.isoformat, ensure_ascii=False)
