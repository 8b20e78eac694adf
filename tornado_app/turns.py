"""Who goes first when many sign in at once: pages before their forms.

Asyncio finishes all that is ready before it looks at what has come meanwhile. Of two
hundred sign-ins that arrive together each would be taken a step further before anybody
else, and a page is several such rounds away. So they go on one by one, and everything
else between them.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any

from tornado.httputil import (
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.web import Application, RequestHandler

from tornado_app.delegates import PassedOn
from tornado_app.handlers.plain import SAFE_METHODS


class SlowFormsInTurn(Application):
    """An application that lets in one slow form per turn of the event loop.

    Slow are the forms of the setting ``slow_handler_class`` and its subclasses. Their
    bodies are not read before their turn, which comes in the order of arrival.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._turn = asyncio.Lock()

    def get_handler_delegate(  # type: ignore[override]  # Tornado's own is private
        self,
        request: HTTPServerRequest,
        target_class: type[RequestHandler],
        *args: Any,
        **kwargs: Any,
    ) -> HTTPMessageDelegate:
        found = super().get_handler_delegate(request, target_class, *args, **kwargs)
        is_slow = issubclass(target_class, self.settings["slow_handler_class"])
        if not is_slow or request.method in SAFE_METHODS:
            return found
        return _SlowForm(found, self._turn)


class _SlowForm(PassedOn):
    def __init__(self, inner: HTTPMessageDelegate, turn: asyncio.Lock) -> None:
        super().__init__(inner)
        self._turn = turn

    async def headers_received(
        self,
        start_line: RequestStartLine | ResponseStartLine,
        headers: HTTPHeaders,
    ) -> None:
        async with self._turn:
            await asyncio.sleep(0)
        passed: Awaitable[None] | None = self.inner.headers_received(
            start_line, headers
        )
        if passed is not None:
            await passed
