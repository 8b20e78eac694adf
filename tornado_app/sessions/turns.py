"""Who may commit a session now: one at a time."""

import asyncio
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Self

from .draft import Draft


class Turn:
    """Held while a session is committed: two at once would store a new one twice.

    Raises RuntimeError for whoever is called inside a turn of the same session, which
    would wait for itself: a transaction's change, and the tasks that it starts.
    """

    __slots__ = ("_draft", "_is_over", "_token")

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._is_over = False
        self._token: Token[Turn | None] | None = None

    async def __aenter__(self) -> Self:
        outer = _INSIDE.get()
        if outer is not None and outer._draft is self._draft and not outer._is_over:
            raise RuntimeError(
                "inside a transaction the session is only changed; it commits by itself"
            )
        if self._draft.lock is None:
            self._draft.lock = asyncio.Lock()
        await self._draft.lock.acquire()
        try:
            if self._draft.under_way is not None:  # who asked for it concludes it first
                await self._draft.under_way.concluded()
        except BaseException:
            self._draft.lock.release()
            raise
        self._token = _INSIDE.set(self)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_over = True
        if self._token is not None:
            _INSIDE.reset(self._token)
        if self._draft.lock is not None:
            self._draft.lock.release()


_INSIDE: ContextVar[Turn | None] = ContextVar("turn", default=None)
