"""Keeps session records in Redis or Valkey."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from redis.exceptions import RedisClusterException, RedisError

from ..errors import StoreUnavailableError
from ..record import Change, Outcome, SessionRecord
from . import redis_rows as rows
from .micros import to_micros
from .redis_hints import RedisHints
from .redis_inspection import inspect
from .redis_links import Link
from .redis_records import RedisRecords
from .redis_scripts import TALLY
from .redis_url import RedisPlace
from .redis_users import UserNotes

_log = logging.getLogger(__name__)
_DRIVER_ERRORS = (RedisError, RedisClusterException, OSError, TimeoutError)
_KEYS_IN_A_STEP = 500
_RETRY_PAUSE_S = 1.0
_OUTCOMES = {outcome.value.encode(): outcome for outcome in Outcome}
# A server that is only slow, as on a busy machine, is no reason to warn.
_LONGEST_LOOK_S = 5.0


class RedisStore:
    """A `SessionStore` for many machines: one server, a Sentinel's master, a Cluster.

    A record is one hash. Each change of it is one script, which the server runs as a
    whole; the changes of a batch travel together. The server drops a record some time
    after it has expired, so there is no sweep to speak of: `delete_expired` tidies a
    part of the users' notes and answers 0.

    Opening raises StoreOpenError for a wrong password or database; a server that is
    down is asked again until it is there.

    `count` and `delete_all` look at every key of the server, a few hundred at a time.
    """

    name = "redis"
    sweeps = True

    def __init__(self, place: RedisPlace) -> None:
        self._place = place
        self._start = f"{place.prefix}:s:"
        self._channel = f"{place.prefix}:hints"
        self.hints = RedisHints(self._channel, self._open)
        self._link: Link | None = None
        self._inspecting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._link = Link(self._place)
        # Not before: a process that forks opens its store afterwards.
        self._records = RedisRecords(self._start, self._channel)
        self._users = UserNotes(self._link, self._place.prefix, self._records.key)
        self._inspecting = asyncio.create_task(self._inspect(self._link))
        try:
            # A server that is there is looked at before the first visitor comes.
            await asyncio.wait([self._inspecting], timeout=_RETRY_PAUSE_S)
            if self._inspecting.done():
                self._inspecting.result()
        except BaseException:
            await self._close()
            raise
        self._inspecting.add_done_callback(_tell)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._close()

    async def find(
        self, handles: Collection[str], *, now: datetime
    ) -> dict[str, SessionRecord]:
        async with self._open("find") as link:
            found = await self._records.find(link, handles)
        return {one.handle: one for one in found if one.is_live(now)}

    async def apply(self, changes: Sequence[Change]) -> list[Outcome]:
        async with self._open("apply") as link:
            await self._users.note(changes)
            answers = await self._records.apply(link, changes)
        return [_OUTCOMES[answer] for answer in answers]

    async def of_user(self, user: str, *, now: datetime) -> list[SessionRecord]:
        async with self._open("of_user") as link:
            handles = await self._users.handles_of(user)
            found = await self._records.read(link, handles)
            theirs = [record for record in found if record.user == user]
            known = {record.handle for record in theirs}
            await self._users.forget(user, [one for one in handles if one not in known])
        return [record for record in theirs if record.is_live(now)]

    async def delete_user(self, user: str, *, now: datetime, keep: str | None) -> int:
        async with self._open("delete_user") as link:
            handles = await self._users.handles_of(user)
            keys = [self._records.key(handle) for handle in handles if handle != keep]
            call = rows.to_delete(keys, user, now, self._channel)
            answers = await link.ask([call], changes=True)
        return answers.count(b"applied")

    async def delete_all(self, *, now: datetime) -> int:
        async with self._open("delete_all") as link:
            return await self._tally(link, now, self._channel)

    async def count(self, *, now: datetime) -> int:
        async with self._open("count") as link:
            return await self._tally(link, now, "")

    async def delete_expired(self, *, now: datetime, limit: int) -> int:
        async with self._open("delete_expired"):
            await self._users.sweep()
        return 0

    async def walk(self, *, batch: int) -> AsyncIterator[list[SessionRecord]]:
        async with self._open("walk") as link:
            nodes = await link.nodes()
        for node in nodes:
            cursor, records = await self._step(node, "0", batch)
            yield records
            while cursor != "0":
                cursor, records = await self._step(node, cursor, batch)
                yield records

    async def _close(self) -> None:
        link, task = self._link, self._inspecting
        self._link = self._inspecting = None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        if link is not None:
            with contextlib.suppress(*_DRIVER_ERRORS):
                await link.close()

    async def _step(
        self, node: Any, cursor: str, batch: int
    ) -> tuple[str, list[SessionRecord]]:
        """Take one step through a node; return the next step's cursor, the records."""
        pattern = f"{self._start}*"
        async with self._open("walk") as link:
            after, keys = await link.ask_node(
                node, *("SCAN", cursor, "MATCH", pattern, "COUNT", batch)
            )
            handles = [key.decode().removeprefix(self._start) for key in keys]
            return after.decode(), await self._records.read(link, handles)

    async def _tally(self, link: Link, now: datetime, channel: str) -> int:
        """Count the live records; with a *channel* that hears of it, end them all."""
        live = 0
        for node in await link.nodes():
            cursor = b"0"
            while True:
                cursor, count = await link.ask_node(
                    node,
                    *("EVALSHA", TALLY.sha, 0, cursor.decode(), self._start),
                    *(_KEYS_IN_A_STEP, to_micros(now), channel),
                    changes=channel != "",
                )
                live += count
                if cursor == b"0":
                    break
        return live

    @asynccontextmanager
    async def _open(self, operation: str) -> AsyncIterator[Link]:
        if self._link is None:
            raise RuntimeError("the store is not open: use it inside `async with`")
        try:
            yield self._link
        except _DRIVER_ERRORS as exc:
            raise StoreUnavailableError(self.name, operation) from exc

    async def _inspect(self, link: Link) -> None:
        """Look at the server's settings as soon as it is there."""
        warned = False
        while True:
            try:
                async with asyncio.timeout(_LONGEST_LOOK_S):
                    return await inspect(link, self._place)
            except _DRIVER_ERRORS as exc:
                if not warned:
                    _log.warning(
                        "Redis cannot be reached yet: %s", str(exc) or "no answer"
                    )
                warned = True
            await asyncio.sleep(_RETRY_PAUSE_S)


def _tell(inspecting: asyncio.Task[None]) -> None:
    """Log what was found wrong once the store was open already."""
    if not inspecting.cancelled() and (problem := inspecting.exception()):
        _log.error("%s", problem)
