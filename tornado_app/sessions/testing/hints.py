"""Every promise of `Hints`, as tests."""

# ruff: noqa: S101 (a test asserts)

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import timedelta

from ..record import Create, Delete, SignIn
from ..stores.base import SessionStore
from ..stores.hints import hints_of
from .clock import START
from .records import NOW, make_digest, make_record, make_update

_PATIENCE_S = 10


class Heard:
    """Notes what was hinted at; as ``hear`` of `Hints.listen`."""

    def __init__(self) -> None:
        self.handles: set[str] = set()
        self.times_all = 0
        self.listens = True
        self._news = asyncio.Event()

    def __call__(self, handles: Collection[str] | None) -> None:
        """Note a hint."""
        if handles is None:
            self.times_all += 1
        else:
            self.handles.update(handles)
        self._news.set()

    def stop(self, _: object = None) -> None:
        """Note that the listening came to an end."""
        self.listens = False
        self._news.set()

    async def all(self, *, times: int = 1) -> None:
        """Wait until all records were hinted at so many *times*."""
        await self._until(lambda: self.times_all >= times)

    async def of(self, *handles: str) -> None:
        """Wait until *handles*, or all, were hinted at since it began to listen."""
        await self._until(lambda: self.handles >= {*handles} or self.times_all > 1)

    async def _until(self, came: Callable[[], bool]) -> None:
        async with asyncio.timeout(_PATIENCE_S):
            while not came():
                assert self.listens, "the listening came to an end"
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def listening(store: SessionStore) -> AsyncIterator[Heard]:
    """Listen to the hints of *store* while the block runs, which begins with all."""
    hints = hints_of(store)
    assert hints is not None, f"{store.name} gives no hints"
    heard = Heard()
    task = asyncio.create_task(hints.listen(heard))
    task.add_done_callback(heard.stop)
    try:
        await heard.all()
        yield heard
    finally:
        task.cancel()
        await asyncio.wait([task])


class HintsContract:
    """What every store with ``hints`` promises of them.

    A subclass only supplies the `store` fixture, which yields a store that is open and
    empty.
    """

    async def test_a_deleted_record_is_hinted_at(self, store: SessionStore) -> None:
        record = make_record()
        await store.apply([Create(record)])

        async with listening(store) as heard:
            await store.apply([Delete(record.handle)])
            await heard.of(record.handle)

        assert await store.find([record.handle], now=NOW) == {}

    async def test_a_sign_in_is_hinted_at(self, store: SessionStore) -> None:
        record = make_record()
        sign_in = SignIn("7", NOW, make_digest("new"))
        await store.apply([Create(record)])

        async with listening(store) as heard:
            await store.apply([make_update(record, sign_in=sign_in, touch=True)])
            await heard.of(record.handle)

        found = await store.find([record.handle], now=NOW)
        assert found[record.handle].user == "7"

    async def test_an_earlier_end_is_hinted_at(self, store: SessionStore) -> None:
        record = make_record()
        sooner = (timedelta(minutes=5),)
        await store.apply([Create(record)])

        async with listening(store) as heard:
            await store.apply([make_update(record, own_idle=sooner, touch=True)])
            await heard.of(record.handle)

        found = await store.find([record.handle], now=NOW)
        assert found[record.handle].expires_at == NOW + timedelta(minutes=5)

    async def test_each_of_a_users_records_that_end_is_hinted_at(
        self, store: SessionStore
    ) -> None:
        records = [make_record(user="7") for _ in range(9)]
        await store.apply([Create(record) for record in records])

        async with listening(store) as heard:
            assert await store.delete_user("7", now=NOW, keep=None) == 9
            await heard.of(*(record.handle for record in records))

    async def test_the_end_of_all_is_hinted_at(self, store: SessionStore) -> None:
        records = [make_record() for _ in range(9)]
        await store.apply([Create(record) for record in records])

        async with listening(store) as heard:
            assert await store.delete_all(now=START) == 9
            await heard.of(*(record.handle for record in records))

    async def test_everybody_who_listens_hears_it(self, store: SessionStore) -> None:
        record = make_record()
        await store.apply([Create(record)])

        async with listening(store) as one, listening(store) as two:
            await store.apply([Delete(record.handle)])
            await one.of(record.handle)
            await two.of(record.handle)

    async def test_who_stopped_can_listen_again(self, store: SessionStore) -> None:
        record = make_record()
        await store.apply([Create(record)])
        async with listening(store):
            pass

        async with listening(store) as heard:
            await store.apply([Delete(record.handle)])
            await heard.of(record.handle)
