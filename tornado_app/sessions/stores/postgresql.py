"""Keeps session records in PostgreSQL through asyncpg."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from itertools import starmap
from types import TracebackType
from typing import Any, Self

from ..merging import with_whole
from ..record import Change, Outcome, SessionRecord, Update
from . import postgresql_rows as rows
from .micros import to_micros
from .postgresql_functions import BE_DURABLE
from .postgresql_hints import PostgreSQLHints
from .postgresql_link import PostgreSQLLink
from .postgresql_run import FIND, NO_MARK
from .postgresql_schema import SESSIONS
from .postgresql_url import PostgreSQLPlace
from .postgresql_write import WRITE, to_lines
from .recent import Recent, Seen

# The places in a row of `FIND` behind the record's columns.
_NAME, _MARK, _OTHER_RUN = 16, 17, 18


class PostgreSQLStore:
    """A `SessionStore` in one schema of a PostgreSQL database, for many machines.

    A server that is down is asked again with each call; a connection that was
    interrupted is never used again.
    """

    name = "postgresql"
    sweeps = True

    def __init__(self, place: PostgreSQLPlace) -> None:
        self._link = PostgreSQLLink(place, SESSIONS, name=self.name, what="sessions")
        self._sql = _statements(place.schema)
        # What was read or written in this run of the server, each with its mark.
        self._recent = Recent()
        self._run = ""
        self.hints = PostgreSQLHints(
            place.schema,
            connect=self._link.connect,
            tell=lambda *message: self._fetch("tell", *message),
            trouble=self._link.trouble,
        )

    async def __aenter__(self) -> Self:
        await self._link.open()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._link.close()

    async def find(
        self, handles: Collection[str], *, now: datetime
    ) -> dict[str, SessionRecord]:
        # No handle at all, and one without a character, are the same text.
        seen = {rows.to_name(one): self._recent.get(one) for one in handles}
        marks = [NO_MARK if one is None else one.mark for one in seen.values()]
        run = self._run
        found = await self._fetch(
            "find", "\n".join(seen), to_micros(now), "\n".join(marks), run
        )
        if found:
            self._begin(found[0][_OTHER_RUN] or run)
        records = [self._record(row, seen[row[_NAME]]) for row in found]
        return {record.handle: record for record in records}

    async def apply(self, changes: Sequence[Change]) -> list[Outcome]:
        # Two transactions, where not all are simple: if the second fails, what the
        # first has stored is not told either. An error never says what was not done.
        made = await self._write(changes)
        others = [one for at, one in enumerate(changes) if at not in made]
        merged = iter(await self._merge(others) if others else ())
        return [
            Outcome.APPLIED if at in made else next(merged)
            for at in range(len(changes))
        ]

    async def of_user(self, user: str, *, now: datetime) -> list[SessionRecord]:
        name = rows.to_name(user)
        found = await self._fetch("of_user", name, to_micros(now))
        return list(map(rows.to_record, found))

    async def delete_user(self, user: str, *, now: datetime, keep: str | None) -> int:
        kept = None if keep is None else rows.to_name(keep)
        return await self._count(
            "delete_user", rows.to_name(user), to_micros(now), kept
        )

    async def delete_all(self, *, now: datetime) -> int:
        return await self._count("delete_all", to_micros(now))

    async def count(self, *, now: datetime) -> int:
        return await self._count("count", to_micros(now))

    async def delete_expired(self, *, now: datetime, limit: int) -> int:
        return await self._count("delete_expired", to_micros(now), limit)

    async def walk(self, *, batch: int) -> AsyncIterator[list[SessionRecord]]:
        last = ""
        while found := await self._fetch("walk", last, batch):
            yield list(map(rows.to_record, found))
            # New handles come last: whoever waits for an empty page runs after them.
            if len(found) < batch:
                return
            last = found[-1]["handle"]

    async def _write(self, changes: Sequence[Change]) -> set[int]:
        """Make those of *changes* that are simple; return the places of the made."""
        known, run = [self._recent.get(one.handle) for one in changes], self._run
        places, columns = to_lines(changes, known)
        if not places:
            return set()
        # Done while the statement is under way, for a turn of the loop or longer.
        foreseen = list[SessionRecord | None]()
        simple = [(known[at], changes[at]) for at in places]
        loop = asyncio.get_running_loop()
        loop.call_soon(foreseen.extend, starmap(_foresee, simple))
        marks = dict(await self._fetch("write", *columns, run))
        made = set[int]()
        for at, name, record in zip(
            places, columns[0].split("\n"), foreseen, strict=True
        ):
            if name in marks:
                made.add(at)
                if record is not None and run == self._run:
                    self._recent.put(str(marks[name]), record)
        return made

    async def _merge(self, changes: Sequence[Change]) -> list[Outcome]:
        outcomes = await self._fetch_value("apply", rows.to_argument(changes))
        return list(map(Outcome, outcomes))

    def _begin(self, run: str) -> None:
        """What is remembered from now on is of this *run*, and nothing of another."""
        if run != self._run:
            self._recent, self._run = Recent(), run

    def _record(self, row: Any, seen: Seen | None) -> SessionRecord:
        """Return the record of a row of `FIND`: the one that was *seen*, if it is."""
        if seen is not None and row[0] is None:
            return seen.record
        record = rows.to_record(row)
        self._recent.put(str(row[_MARK]), record)
        return record

    async def _count(self, operation: str, *arguments: Any) -> int:
        return int(await self._fetch_value(operation, *arguments))

    async def _fetch_value(self, operation: str, *arguments: Any) -> Any:
        return (await self._fetch(operation, *arguments))[0][0]

    async def _fetch(self, operation: str, *arguments: Any) -> Sequence[Any]:
        """Run the one statement of *operation*."""
        return await self._link.fetch(operation, self._sql[operation], *arguments)


def _foresee(seen: Seen | None, change: Change) -> SessionRecord | None:
    """Return what `WRITE` makes by *change* of what was *seen*."""
    if seen is None or not isinstance(change, Update):
        return None
    return with_whole(seen.record, change)


def _statements(schema: str) -> dict[str, str]:
    """Return the statement of each operation."""
    sessions = f'"{schema}".sessions'
    return {
        "find": FIND.format(schema=f'"{schema}"', columns=rows.COLUMNS),
        "apply": f'SELECT "{schema}".apply_changes($1)',
        "write": WRITE.format(schema=f'"{schema}"', be_durable=BE_DURABLE),
        "of_user": f'SELECT {rows.COLUMNS} FROM {sessions} WHERE "user" = $1'
        " AND expires_at > $2",
        "walk": f"SELECT {rows.COLUMNS} FROM {sessions} WHERE handle > $1"
        " ORDER BY handle LIMIT $2",
        "delete_user": f'SELECT "{schema}".delete_user($1, $2, $3)',
        "delete_all": f'SELECT "{schema}".delete_all($1)',
        "count": f"SELECT count(*) FROM {sessions} WHERE expires_at > $1",
        "delete_expired": f'SELECT "{schema}".delete_expired($1, $2)',
        "tell": "SELECT pg_notify($1, $2)",
    }
