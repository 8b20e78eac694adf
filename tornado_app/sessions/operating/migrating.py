"""The command that copies sessions to another store."""

import sys
import time
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from ..errors import StoreOpenError
from ..manager import utc_now
from ..record import Create, Delete, Outcome, SessionRecord
from ..stores import SessionStore
from ..stores.one_place import are_one_place
from ..stores.tombstones import LONG_AGO, MARGIN, is_tombstone
from .exit_codes import CHANGED_MEANWHILE, DONE
from .opening import LONGEST_CALL_S, opened, within
from .progress import Progress

_OLDEST_READING = MARGIN / 4


@dataclass(slots=True)
class Tally:
    """What became of the sessions of a copy."""

    copied: int = 0
    there: int = 0
    expired: int = 0
    verified: int = 0
    taken_out: int = 0
    changed: int = 0
    """How many are newer where they were copied from: the copy is stale."""


async def run(asked: Namespace, progress: Progress) -> int:
    """Copy, verify, say what was done."""
    started_s = time.monotonic()
    async with (
        opened(asked.source) as source,
        opened(asked.target, may_be_new=True) as target,
    ):
        await _refuse_one_place(source, target)
        migration = Migration(source, target, asked.batch, progress=progress)
        await migration.copy()
        copying_s = time.monotonic() - started_s
        await migration.verify(move=asked.move)
    progress.end()
    return _report(migration.tally, copying_s, move=asked.move)


async def _refuse_one_place(source: SessionStore, target: SessionStore) -> None:
    """Or each session would be found copied, and be deleted as the one it is."""
    answer = are_one_place(source, target)
    if await within(LONGEST_CALL_S, target, "apply", answer):
        raise StoreOpenError("TO", "it is the same place as FROM, by another name")


class Migration:
    """Copies the live sessions of *source* to *target*, *batch* of them at a time.

    Nothing that is in *target* is changed. Beside a site it is right if the site runs
    on both stores (`MovingStore`), or is not running.
    """

    def __init__(
        self,
        source: SessionStore,
        target: SessionStore,
        batch: int,
        *,
        progress: Progress,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.tally = Tally()
        self._source = source
        self._target = target
        self._batch = batch
        self._progress = progress
        self._clock = clock

    async def copy(self) -> None:
        """Create in the target what it lacks."""
        total = await self._source.count(now=self._clock())
        async for records in self._batches():
            await self._create(records)
            count = self.tally.copied + self.tally.there
            self._progress.done = f"{count:,} are copied; run it again to go on."
            self._progress.show(count, total)

    async def verify(self, *, move: bool = False) -> None:
        """Look for every live session of the source in the target; copy what is new.

        *move*: delete each in the source once it is known to be in the target.
        """
        async for records in self._batches():
            handles = [record.handle for record in records]
            found = await self._find(handles)
            if missing := [one for one in records if one.handle not in found]:
                await self._create(missing)
                found |= await self._find([one.handle for one in missing])
            stale = {one.handle for one in records if _is_newer(one, found)}
            self.tally.changed += len(stale)
            self.tally.verified += len(handles) - len(stale)
            if move:
                await self._take_out(found.keys() - stale)

    async def _create(self, records: list[SessionRecord]) -> None:
        answer = self._target.apply([Create(record) for record in records])
        outcomes = await within(LONGEST_CALL_S, self._target, "apply", answer)
        self.tally.copied += outcomes.count(Outcome.APPLIED)
        self.tally.there += outcomes.count(Outcome.TAKEN)

    async def _find(self, handles: list[str]) -> dict[str, SessionRecord]:
        answer = self._target.find(handles, now=LONG_AGO)
        return await within(LONGEST_CALL_S, self._target, "find", answer)

    async def _take_out(self, handles: Collection[str]) -> None:
        answer = self._source.apply([Delete(handle) for handle in handles])
        outcomes = await within(LONGEST_CALL_S, self._source, "apply", answer)
        self.tally.taken_out += outcomes.count(Outcome.APPLIED)

    async def _batches(self) -> AsyncIterator[list[SessionRecord]]:
        """Walk through the live records of the source."""
        self.tally.expired = 0
        asked_at = self._clock()
        async for records in self._source.walk(batch=self._batch):
            while self._clock() - asked_at > _OLDEST_READING:
                # This process was stopped; what it read may have ended since.
                asked_at = self._clock()
                handles = [record.handle for record in records]
                found = await self._source.find(handles, now=LONG_AGO)
                records = list(found.values())
            now = self._clock()
            live = [
                one for one in records if one.is_live(now) and not is_tombstone(one)
            ]
            self.tally.expired += sum(not one.is_live(now) for one in records)
            if live:
                yield live
            asked_at = self._clock()


def _is_newer(record: SessionRecord, found: dict[str, SessionRecord]) -> bool:
    copy = found.get(record.handle)
    return copy is not None and record.version > copy.version


def _report(tally: Tally, copying_s: float, *, move: bool) -> int:
    rate = tally.copied / copying_s
    print(
        f"{tally.copied:,} copied in {copying_s:.1f} s: {rate:,.0f} sessions a second."
    )
    print(f"{tally.there:,} were there already, {tally.expired:,} have expired.")
    if move:
        print(f"{tally.taken_out:,} taken out of FROM.")
    if not tally.changed:
        print(f"Verified: all {tally.verified:,} live sessions of FROM are in TO.")
        return DONE
    print(
        f"{tally.changed:,} changed in FROM after they had been copied: a site runs on"
        " FROM alone. Stop it, or let it run on moving:FROM|TO; empty TO; copy again.",
        file=sys.stderr,
    )
    return CHANGED_MEANWHILE
