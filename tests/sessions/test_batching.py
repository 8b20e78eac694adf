"""Many questions, one call."""

import asyncio
import sys

import pytest

from tornado_app.sessions import StoreUnavailableError
from tornado_app.sessions.batching import Batcher


class Calls:
    """A call that notes its questions and answers when it is told to."""

    def __init__(self):
        self.asked = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.error = None

    async def __call__(self, questions):
        self.asked.append(list(questions))
        await self.may_answer.wait()
        if self.error is not None:
            raise self.error
        return [f"answer {question}" for question in questions]


@pytest.fixture
async def calls():
    return Calls()


@pytest.fixture
async def make_batcher(calls):
    made = []

    def make(call=calls, *, timeout_s=5.0, most=100, meanwhile=None):
        made.append(
            Batcher(
                call,
                store="fake",
                operation="ask",
                timeout_s=timeout_s,
                most=most,
                meanwhile=meanwhile,
            )
        )
        return made[-1]

    yield make
    calls.may_answer.set()
    for batcher in made:
        await batcher.aclose()


@pytest.fixture
async def batcher(make_batcher):
    return make_batcher()


async def a_turn():
    await asyncio.sleep(0)


async def test_what_is_asked_in_one_turn_is_one_call(batcher, calls):
    answers = await asyncio.gather(*(batcher.ask(n) for n in range(50)))

    assert calls.asked == [list(range(50))]
    assert answers == [f"answer {n}" for n in range(50)]


async def test_what_many_tasks_ask_in_one_turn_is_one_call(batcher, calls):
    async def one(n):
        return await batcher.ask(n)

    answers = await asyncio.gather(*(one(n) for n in range(50)))

    assert len(calls.asked) == 1
    assert answers == [f"answer {n}" for n in range(50)]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.12 brought them")
async def test_a_loop_with_eager_tasks_makes_no_difference(make_batcher):
    batcher = make_batcher(answer_at_once)
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)

    for turn in range(2):
        questions = [turn, turn + 10]
        answers = await asyncio.gather(*map(batcher.ask, questions))
        assert answers == [(question, 2) for question in questions]


async def answer_at_once(questions):
    """Answer, without waiting for anything, with how many were asked at once."""
    return [(question, len(questions)) for question in questions]


async def test_what_is_asked_during_a_call_is_the_next_call(batcher, calls):
    calls.may_answer.clear()
    first = batcher.ask(0)
    await a_turn()
    others = [batcher.ask(n) for n in (1, 2)]
    await a_turn()
    others.append(batcher.ask(3))
    assert calls.asked == [[0]]

    calls.may_answer.set()
    await asyncio.gather(first, *others)

    assert calls.asked == [[0], [1, 2, 3]]


async def visit(batcher, name, *, turns=2):
    """Ask twice, as a visitor who comes right back, after some *turns* of the loop."""
    await batcher.ask(f"{name} 1")
    for _ in range(turns):
        await a_turn()
    await batcher.ask(f"{name} 2")


async def test_who_waits_goes_with_those_who_come_right_back(batcher, calls):
    calls.may_answer.clear()
    visits = asyncio.gather(*(visit(batcher, name) for name in "abc"))
    await a_turn()
    await a_turn()
    late = batcher.ask("late")
    calls.may_answer.set()
    await asyncio.gather(visits, late)

    assert calls.asked == [["a 1", "b 1", "c 1"], ["late", "a 2", "b 2", "c 2"]]


async def test_who_waits_does_not_wait_long_for_those_who_come_back(batcher, calls):
    calls.may_answer.clear()
    visits = asyncio.gather(*(visit(batcher, name, turns=10) for name in "ab"))
    await a_turn()
    await a_turn()
    late = batcher.ask("late")
    calls.may_answer.set()
    await asyncio.gather(visits, late)

    assert calls.asked == [["a 1", "b 1"], ["late"], ["a 2", "b 2"]]


async def test_who_comes_back_alone_waits_for_nobody(batcher, calls):
    await batcher.ask("first")
    again = batcher.ask("again")
    await a_turn()

    assert calls.asked == [["first"], ["again"]]
    await again


async def test_where_most_wait_the_next_call_comes_before_the_answers(batcher, calls):
    calls.may_answer.clear()
    first = batcher.ask("first")
    first.add_done_callback(lambda _: calls.asked.append("first is answered"))
    await a_turn()
    others = [batcher.ask(n) for n in (1, 2)]
    calls.may_answer.set()
    await asyncio.gather(first, *others)

    assert calls.asked == [["first"], [1, 2], "first is answered"]


async def test_where_as_many_wait_as_a_call_holds_it_comes_at_once(make_batcher, calls):
    calls.may_answer.clear()
    batcher = make_batcher(most=2)
    answers = [batcher.ask(n) for n in range(4)]
    answers[0].add_done_callback(lambda _: calls.asked.append("0 is answered"))
    await a_turn()
    calls.may_answer.set()
    await asyncio.gather(*answers)

    assert calls.asked == [[0, 1], [2, 3], "0 is answered"]


async def test_no_call_holds_more_questions_than_it_may(make_batcher, calls):
    batcher = make_batcher(most=3)

    answers = await asyncio.gather(*(batcher.ask(n) for n in range(7)))

    assert calls.asked == [[0, 1, 2], [3, 4, 5], [6]]
    assert answers == [f"answer {n}" for n in range(7)]


async def test_the_same_question_is_answered_to_each_who_asks(batcher):
    assert await asyncio.gather(batcher.ask(1), batcher.ask(1)) == ["answer 1"] * 2


async def test_a_batcher_that_was_idle_works_again(batcher, calls):
    await batcher.ask(1)
    await a_turn()

    assert await batcher.ask(2) == "answer 2"
    assert calls.asked == [[1], [2]]


async def test_who_is_not_answered_in_time_is_told(make_batcher, calls):
    calls.may_answer.clear()
    batcher = make_batcher(timeout_s=0.02)

    with pytest.raises(StoreUnavailableError) as caught:
        await batcher.ask(1)

    assert (caught.value.store, caught.value.operation) == ("fake", "ask")
    assert isinstance(caught.value.__cause__, TimeoutError)


@pytest.fixture
async def it_is(monkeypatch):
    """A function that sets the loop's clock to so many seconds after its start."""
    loop = asyncio.get_running_loop()
    started_s = loop.time()

    async def set_clock(passed_s):
        monkeypatch.setattr(loop, "time", lambda: started_s + passed_s)
        for _ in range(10):
            await a_turn()

    return set_clock


async def test_the_deadline_counts_from_the_asking(make_batcher, calls, it_is):
    """Not from the call, or whoever waits behind a slow call would wait twice."""
    calls.may_answer.clear()
    batcher = make_batcher(timeout_s=4)
    await it_is(0)
    first = batcher.ask(1)
    await it_is(2)
    second = batcher.ask(2)

    await it_is(3.9)
    assert not first.done()
    await it_is(4.1)
    assert isinstance(first.exception(), StoreUnavailableError)
    await it_is(5.9)
    assert not second.done()
    await it_is(6.1)
    assert isinstance(second.exception(), StoreUnavailableError)
    assert calls.asked == [[1], [2]]


async def test_each_call_has_the_deadline_of_its_own_first_asker(
    make_batcher, calls, it_is
):
    calls.may_answer.clear()
    batcher = make_batcher(timeout_s=10, most=2)
    await it_is(0)
    asked = [batcher.ask(0)]
    for number in range(1, 6):
        await it_is(number)
        asked.append(batcher.ask(number))

    done = []
    for deadline_s in (10, 11, 13, 15):
        await it_is(deadline_s - 0.1)
        done.append([one.done() for one in asked].count(True))
        await it_is(deadline_s + 0.1)

    assert done == [0, 1, 3, 5]
    assert calls.asked == [[0], [1, 2], [3, 4], [5]]
    assert all(isinstance(one.exception(), StoreUnavailableError) for one in asked)


async def test_a_call_is_given_up_when_its_first_asker_has_waited_enough(
    make_batcher, calls
):
    calls.may_answer.clear()
    batcher = make_batcher()
    batcher._timeout_s = 0.0
    first = batcher.ask("first")
    batcher._timeout_s = 600.0
    second = batcher.ask("second")

    async with asyncio.timeout(5):
        answers = await asyncio.gather(first, second, return_exceptions=True)

    assert [type(one) for one in answers] == [StoreUnavailableError] * 2


async def test_after_a_deadline_the_next_question_is_answered(make_batcher, calls):
    calls.may_answer.clear()
    batcher = make_batcher(timeout_s=0.02)
    with pytest.raises(StoreUnavailableError):
        await batcher.ask(1)

    calls.may_answer.set()

    assert await batcher.ask(2) == "answer 2"


async def test_who_stops_waiting_does_not_stop_the_others(batcher, calls):
    calls.may_answer.clear()
    leaving, staying = batcher.ask(1), batcher.ask(2)
    await a_turn()
    leaving.cancel()
    await a_turn()

    calls.may_answer.set()

    assert await staying == "answer 2"
    assert leaving.cancelled()


async def test_what_was_asked_is_done_though_nobody_waits_for_it(batcher, calls):
    async def one():
        await batcher.ask(1)

    leaving = asyncio.ensure_future(one())
    await a_turn()
    leaving.cancel()
    await asyncio.wait([leaving])
    await batcher.aclose()

    assert calls.asked == [[1]]


async def test_an_error_reaches_all_who_asked(batcher, calls):
    calls.error = ValueError("a mistake")

    answers = await asyncio.gather(
        *(batcher.ask(n) for n in range(3)), return_exceptions=True
    )

    assert [str(answer) for answer in answers] == ["a mistake"] * 3
    calls.error = None
    assert await batcher.ask(4) == "answer 4"


async def test_a_store_that_is_down_is_told_to_all_who_asked(batcher, calls):
    calls.error = StoreUnavailableError("fake", "connect")

    answers = await asyncio.gather(
        *(batcher.ask(n) for n in range(3)), return_exceptions=True
    )

    assert [type(answer) for answer in answers] == [StoreUnavailableError] * 3
    assert len(set(map(id, answers))) == 3, "each has a traceback of its own"
    assert {answer.operation for answer in answers} == {"ask"}


async def test_those_who_wait_are_told_of_once_their_call_is_under_way(
    make_batcher, calls
):
    told = []

    def meanwhile(takers):
        told.append((len(calls.asked), [taker.done() for taker in takers]))

    calls.may_answer.clear()
    batcher = make_batcher(most=2, meanwhile=meanwhile)
    answers = asyncio.gather(*(batcher.ask(n) for n in range(3)))
    for _ in range(3):
        await a_turn()
    assert told == [(1, [False, False])]

    calls.may_answer.set()
    await answers

    assert told[1:] == [(2, [True])], "that one was answered at once"


async def test_an_error_of_one_call_does_not_reach_the_next(make_batcher):
    async def call(questions):
        return [1 // question for question in questions]

    batcher = make_batcher(call, most=1)

    answers = await asyncio.gather(
        *(batcher.ask(n) for n in (1, 0, 1)), return_exceptions=True
    )

    assert [type(answer) for answer in answers] == [int, ZeroDivisionError, int]


async def test_closing_waits_for_what_was_asked(batcher, calls):
    calls.may_answer.clear()
    asked = batcher.ask(1)
    closing = asyncio.ensure_future(batcher.aclose())
    await a_turn()
    assert not closing.done()

    calls.may_answer.set()
    await closing

    assert asked.result() == "answer 1"


async def test_closing_waits_for_nothing_where_nothing_was_asked(batcher):
    await batcher.aclose()
