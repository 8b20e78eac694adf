"""A change on its way to the store."""

import asyncio
import contextvars
from collections.abc import Callable

from .draft import Draft
from .planning import Plan
from .record import Outcome


class UnderWay:
    """What *draft* asked the store for; takes the outcome as a future does.

    *then* is called with it as soon as the store has answered, in the context of
    whoever asked: a future would take a turn of the loop for each.
    """

    def __init__(
        self, draft: Draft, plan: Plan, then: "Callable[[UnderWay], None]"
    ) -> None:
        self.draft = draft
        self.plan = plan
        self._then = then
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
        """Wait until *then* was called."""
        if self.done():
            return
        if self._waiter is None:
            self._waiter = asyncio.get_running_loop().create_future()
        await asyncio.wait([self._waiter])

    def done(self) -> bool:
        """Whether the store has answered."""
        return self._outcome is not None or self._error is not None

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
            self._context.run(self._then, self)
        except Exception as exc:  # others wait for their outcome, too
            told = {"message": "an answer could not be ended", "exception": exc}
            asyncio.get_running_loop().call_exception_handler(told)
        if self._waiter is not None:
            self._waiter.set_result(None)
