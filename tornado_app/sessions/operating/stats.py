"""The command that counts sessions."""

from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from ..manager import utc_now
from ..merging import size_bytes
from ..record import SessionRecord
from ..stores import MovingStore, SessionStore
from ..stores.tombstones import is_tombstone
from .exit_codes import DONE
from .listing import shown
from .opening import opened
from .progress import Progress

_BATCH = 1000
_MOST_DAYS = 31


@dataclass(slots=True)
class Stats:
    """What a walk through a store adds up to."""

    live: int = 0
    signed_in: int = 0
    users: set[str] = field(default_factory=set)
    expired: int = 0
    oldest_at: datetime | None = None
    bytes_sum: int = 0
    bytes_max: int = 0
    days: Counter[date] = field(default_factory=Counter)
    """How many live sessions were last used on each day, in UTC."""
    tombstones: int = 0
    left: int | None = None
    """While a site moves: how many live ones only the old store has."""

    def add(self, record: SessionRecord, now: datetime) -> None:
        """Count *record* in."""
        if is_tombstone(record):
            self.tombstones += 1
        elif record.is_live(now):
            self._add_live(record)
        else:
            self.expired += 1

    def _add_live(self, record: SessionRecord) -> None:
        size = size_bytes(record.data, record.flashes)
        self.live += 1
        if record.user is not None:
            self.signed_in += 1
            self.users.add(record.user)
        self.oldest_at = min(self.oldest_at or record.started_at, record.started_at)
        self.bytes_sum += size
        self.bytes_max = max(self.bytes_max, size)
        self.days[record.last_seen_at.date()] += 1


async def run(asked: Namespace, progress: Progress) -> int:
    """Print what is in the store."""
    async with opened(asked.store) as store:
        stats = await collect(store, now=utc_now())
    for name, value in _lines(stats):
        print(f"{name:<28}{value}")
    return DONE


async def collect(store: SessionStore, *, now: datetime) -> Stats:
    """Walk through *store* and count."""
    stats, seen = Stats(), set[str]()
    async for records in store.walk(batch=_BATCH):
        for record in records:
            if record.handle not in seen:
                stats.add(record, now)
        seen.update(record.handle for record in records)
    if isinstance(store, MovingStore):
        stats.left = await store.count_left(now=now)
    return stats


def _lines(stats: Stats) -> Iterator[tuple[str, str]]:
    yield "live", f"{stats.live:,}"
    yield "  signed in", f"{stats.signed_in:,} (users: {len(stats.users):,})"
    yield "  anonymous", f"{stats.live - stats.signed_in:,}"
    yield "expired and not swept", f"{stats.expired:,}"
    if stats.left is not None:
        yield "live in the old store alone", f"{stats.left:,}"
    if stats.tombstones:
        yield "marks that a move left", f"{stats.tombstones:,}"
    if stats.oldest_at is not None:
        mean = stats.bytes_sum / stats.live
        yield "oldest", shown(stats.oldest_at)
        yield "data bytes", f"mean {mean:,.0f}, max {stats.bytes_max:,}"
    yield from _days(stats.days)


def _days(days: Counter[date]) -> Iterator[tuple[str, str]]:
    latest_first = sorted(days, reverse=True)
    for day in latest_first[:_MOST_DAYS]:
        yield f"last used {day}", f"{days[day]:,}"
    earlier = sum(days[day] for day in latest_first[_MOST_DAYS:])
    if earlier:
        yield "last used earlier", f"{earlier:,}"
