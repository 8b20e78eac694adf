"""A change on its way to the store goes on as soon as that has answered."""

import asyncio
from contextvars import ContextVar

import pytest

from tornado_app.sessions import SessionPolicy, StoreUnavailableError
from tornado_app.sessions.batching import Batcher
from tornado_app.sessions.draft import Draft
from tornado_app.sessions.record import Outcome
from tornado_app.sessions.testing import FakeClock
from tornado_app.sessions.under_way import UnderWay, use_the_wait

WHO = ContextVar("who", default="nobody")


class Store:
    error = None
    turns = 0

    async def __call__(self, questions):
        for _ in range(self.turns):
            await asyncio.sleep(0)
        if self.error is not None:
            raise self.error
        return [Outcome.APPLIED for _ in questions]


@pytest.fixture
def store():
    return Store()


@pytest.fixture
async def batcher(store):
    made = Batcher(store, store="fake", operation="ask", timeout_s=5.0, most=100)
    yield made
    await made.aclose()


class Asker:
    def __init__(self, conclude, meanwhile):
        self._conclude = conclude
        self._meanwhile = meanwhile


@pytest.fixture
def ask(batcher):
    def ask_once(conclude, meanwhile=None):
        draft, asker = Draft(SessionPolicy(), FakeClock()), Asker(conclude, meanwhile)
        under_way = UnderWay(draft, None, asker)
        batcher.ask_for(under_way, "a change")
        return under_way

    return ask_once


async def test_it_goes_on_in_the_context_of_who_asked(ask):
    seen = []
    for name in ("Ada", "Bob"):
        WHO.set(name)
        last = ask(lambda _: seen.append(WHO.get()))
    await last.concluded()

    assert seen == ["Ada", "Bob"]


async def test_the_wait_is_used_by_those_who_have_a_use_for_it(ask):
    def use():
        used.append((WHO.get(), [one.done() for one in asked]))

    used, asked = [], []
    for name in ("Ada", "Bob"):
        WHO.set(name)
        asked.append(ask(lambda _: None, use))
    use_the_wait([*asked, asyncio.get_running_loop().create_future()])

    assert used == [("Ada", [False, False]), ("Bob", [False, False])]


async def test_one_that_cannot_go_on_keeps_nobody_from_it(ask):
    told = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: told.append(what))

    def fail(_):
        raise ValueError("a mistake")

    first, second = ask(fail), ask(lambda _: None)
    await asyncio.gather(first.concluded(), second.concluded())

    assert second.result() is Outcome.APPLIED
    assert [str(what["exception"]) for what in told] == ["a mistake"]


async def test_all_who_wait_are_told_that_it_is_concluded(ask):
    order = []
    under_way = ask(lambda _: order.append("concluded"))

    async def wait():
        await under_way.concluded()
        order.append("told")

    await asyncio.gather(wait(), wait())

    assert order == ["concluded", "told", "told"]


async def test_before_the_store_has_answered_there_is_no_result(ask):
    with pytest.raises(asyncio.InvalidStateError):
        ask(lambda _: None).result()


@pytest.mark.parametrize("error", [StoreUnavailableError("fake", "ask"), KeyError("x")])
async def test_what_the_store_raised_is_raised_in_each(ask, store, error):
    store.error, depths = error, []

    def note(under_way):
        with pytest.raises(type(error)) as raised:
            under_way.result()
        depths.append(len(raised.traceback))

    asked = [ask(note) for _ in range(3)]
    await asyncio.gather(*(one.concluded() for one in asked))

    assert len(set(depths)) == 1, "none tells of the others"


async def test_with_the_loop_it_ends_without_an_answer(ask, store, batcher):
    store.error, seen = asyncio.CancelledError(), []
    under_way = ask(lambda one: seen.append(one.done()))

    await under_way.concluded()

    assert seen == [True]
    with pytest.raises(asyncio.CancelledError):
        under_way.result()


async def test_closing_waits_until_all_is_concluded(ask, store, batcher):
    seen, store.turns = [], 5
    ask(lambda one: seen.append(one.result()))
    await asyncio.sleep(0)
    assert not seen

    await batcher.aclose()

    assert seen == [Outcome.APPLIED]
