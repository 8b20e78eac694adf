"""Many requests, one round trip to the store."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, Protocol, TypeVar

from .errors import StoreUnavailableError
from .watching import Timed, Watcher

Q = TypeVar("Q")
A = TypeVar("A")
W = TypeVar("W")
T = TypeVar("T", contravariant=True)

# Turns of the event loop in which who is answered may ask anew: read, parse, ask. Those
# who have waited meanwhile, unless they are more, go together with them. Two groups
# would take turns for good else, and a call costs nearly the same for few as for many.
_TURNS_TO_COME_BACK = 3


class Taker(Protocol[T]):
    """What takes an answer: a future, or what goes on at once when it is there."""

    def done(self) -> bool: ...
    def cancel(self) -> object: ...
    def set_result(self, answer: T, /) -> None: ...
    def set_exception(self, error: BaseException, /) -> None: ...


class Batcher(Generic[Q, A]):
    """Gathers what is asked in a turn, or until just after a call, into the next call.

    *call* answers a sequence of questions in their order. Who asks has its answer or
    a `StoreUnavailableError` within *timeout_s* seconds of asking. Who stops waiting
    does not stop the call: others wait for it too. *meanwhile* is called with all who
    wait for a call, once that is under way; some may have their answer by then.
    """

    def __init__(
        self,
        call: Callable[[Sequence[Q]], Awaitable[Sequence[A]]],
        *,
        store: str,
        operation: str,
        timeout_s: float,
        most: int,
        watcher: Watcher | None = None,
        meanwhile: Callable[[Sequence[Taker[A]]], None] | None = None,
    ) -> None:
        self._call = call
        self._unavailable = (store, operation)
        self._timeout_s = timeout_s
        self._most = most
        self._watcher = watcher or Watcher()
        self._meanwhile = meanwhile
        # Two lists in step: what waits holds no object of its own, which the garbage
        # collector would count.
        self._questions: list[Q] = []
        self._takers: list[Taker[A]] = []
        # One for each call to come: its first asker's, who has waited longest.
        self._deadlines_s: list[float] = []
        self._worker: asyncio.Task[None] | None = None
        self.turns = 0
        """How many calls have been under way when a turn of the loop began.

        As long as this stays, what is asked was not asked of the store before: who
        has waited for anything since sees another number, or is still to be asked.
        """

    def ask(self, question: Q) -> "asyncio.Future[A]":
        """Return a future of the answer."""
        answer: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self.ask_for(answer, question)
        return answer

    def ask_for(self, taker: Taker[A], question: Q) -> None:
        """Give the answer to *taker*, in a context that is none of the asker's."""
        worker = self._worker
        loop = asyncio.get_running_loop() if worker is None else worker.get_loop()
        if len(self._questions) % self._most == 0:
            self._deadlines_s.append(loop.time() + self._timeout_s)
        self._questions.append(question)
        self._takers.append(taker)
        if worker is None:
            # Never an eager one, which would call with the first question alone.
            self._worker = asyncio.Task(self._work(), loop=loop)

    async def aclose(self) -> None:
        """Wait until everything that was asked is answered."""
        while self._worker is not None:
            await asyncio.wait([self._worker])

    async def _work(self) -> None:
        try:
            while self._questions:
                questions = _take(self._questions, self._most)
                takers = _take(self._takers, self._most)
                await self._answer(questions, takers, self._deadlines_s.pop(0))
        finally:
            self._worker = None

    async def _answer(
        self, questions: list[Q], takers: list[Taker[A]], deadline_s: float
    ) -> None:
        count, loop = len(questions), asyncio.get_running_loop()
        loop.call_soon(self._note_turn)
        if self._meanwhile is not None:
            loop.call_soon(self._meanwhile, takers)
        try:
            with Timed(self._watcher, self._unavailable[1], count):
                async with asyncio.timeout_at(deadline_s):
                    answers = await self._call(questions)
            if len(answers) != count:
                raise RuntimeError(f"{count} asked, {len(answers)} answered")
        except (TimeoutError, StoreUnavailableError) as exc:
            for taker in takers:
                _fail(taker, StoreUnavailableError(*self._unavailable), exc)
        except BaseException as exc:
            traceback = exc.__traceback__  # it grows wherever the error is raised again
            for taker in takers:
                _fail(taker, exc.with_traceback(traceback), None)
            if not isinstance(exc, Exception):
                raise
        else:
            waiting = len(self._questions)
            if waiting > count or waiting >= self._most:
                # The next call first, then these while it is made.
                loop.call_soon(_hand_out, takers, answers)
                return
            _hand_out(takers, answers)
            if waiting:
                for _ in range(_TURNS_TO_COME_BACK):
                    await asyncio.sleep(0)

    def _note_turn(self) -> None:
        self.turns += 1


def _take(waiting: list[W], most: int) -> list[W]:
    """Take the first off *waiting*, *most* at most."""
    taken = waiting[:most]
    del waiting[:most]
    return taken


def _hand_out(takers: list[Taker[A]], answers: Sequence[A]) -> None:
    for taker, answer in zip(takers, answers, strict=True):
        try:
            taker.set_result(answer)
        except asyncio.InvalidStateError:
            continue  # nobody waits for it any more


def _fail(taker: Taker[A], error: BaseException, cause: BaseException | None) -> None:
    if taker.done():
        return
    if isinstance(error, asyncio.CancelledError):
        taker.cancel()
        return
    error.__cause__ = error.__cause__ or cause
    taker.set_exception(error)
    if isinstance(taker, asyncio.Future):
        taker.exception()  # nobody need look at it
