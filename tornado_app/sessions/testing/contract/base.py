"""What the parts of the contract have in common."""

# ruff: noqa: S101 (a test asserts)

from datetime import datetime

from ...record import Create, Outcome, SessionRecord, Update
from ...stores.base import SessionStore
from ..clock import START
from ..records import canonical


async def keep(store: SessionStore, *records: SessionRecord) -> None:
    """Keep *records*, which are all new."""
    outcomes = await store.apply([Create(record) for record in records])
    assert outcomes == [Outcome.APPLIED] * len(records)


async def update(store: SessionStore, change: Update) -> Outcome:
    """Make one change and return what became of it."""
    (outcome,) = await store.apply([change])
    return outcome


async def found(
    store: SessionStore, record: SessionRecord, *, now: datetime = START
) -> SessionRecord:
    """Return what the store holds for *record*, which is to be there."""
    answer = await store.find([record.handle], now=now)
    assert list(answer) == [record.handle]
    return answer[record.handle]


async def is_gone(
    store: SessionStore, record: SessionRecord, *, now: datetime = START
) -> bool:
    """Tell whether the store holds nothing for *record*."""
    return await store.find([record.handle], now=now) == {}


def same(record: SessionRecord) -> SessionRecord:
    """Return *record* with its data in the one form that can be compared."""
    return record._replace(data=canonical(record.data))
