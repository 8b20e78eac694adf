"""A change on its way to the store."""

import asyncio
import contextvars
from collections.abc import Sequence
from typing import Protocol

from .draft import Draft
from .planning import Plan
from .record import Outcome


class Asker(Protocol):
    """Who asked the store for a change: a handler, whose public names are its own."""

    def _meanwhile(self) -> None:
        """Do what need not wait for the store, which is at work now."""

    def _conclude(self, under_way: "UnderWay") -> None:
        """Go on, for the store has answered."""


class UnderWay:
    """What *draft* asked the store for; takes the outcome as a future does.

    The *asker* is called as soon as the store has answered, in the context of its
    request: a future would take a turn of the loop for each.
    """

    def __init__(self, draft: Draft, plan: Plan, asker: Asker) -> None:
        self.draft = draft
        self.plan = plan
        self._asker = asker
        self._context = contextvars.copy_context()
        self._outcome: Outcome | None = None
        self._error: BaseException | None = None
        self._waiter: asyncio.Future[None] | None = None

    def result(self) -> Outcome:
        """Return the outcome; raises what kept the store from giving one."""
        if self._outcome is None:
            raise self._error or asyncio.InvalidStateError("the store has not answered")
        return self._outcome

    async def concluded(self) -> None:
        """Wait until the asker was called."""
        if self.done():
            return
        if self._waiter is None:
            self._waiter = asyncio.get_running_loop().create_future()
        await asyncio.wait([self._waiter])

    def done(self) -> bool:
        """Whether the store has answered."""
        return self._outcome is not None or self._error is not None

    def meanwhile(self) -> None:
        """Let the asker use the time that the store takes, if that is not over."""
        if not self.done():
            self._context.run(self._asker._meanwhile)

    def set_result(self, outcome: Outcome, /) -> None:
        """Go on with *outcome*."""
        self._outcome = outcome
        self._go_on()

    def set_exception(self, error: BaseException, /) -> None:
        """Go on with the *error*."""
        self._error = error
        self._go_on()

    def cancel(self) -> None:
        """Go on without an answer: the event loop is being closed."""
        self.set_exception(asyncio.CancelledError())

    def _go_on(self) -> None:
        try:
            self._context.run(self._asker._conclude, self)
        except Exception as exc:  # others wait for their outcome, too
            told = {"message": "an answer could not be ended", "exception": exc}
            asyncio.get_running_loop().call_exception_handler(told)
        if self._waiter is not None:
            self._waiter.set_result(None)


def use_the_wait(takers: Sequence[object]) -> None:
    """Call those of *takers* that have something to do while the store is at work."""
    for taker in takers:
        if isinstance(taker, UnderWay):
            taker.meanwhile()
