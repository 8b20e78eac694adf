"""Who goes first when many come at once: pages before forms.

Asyncio finishes all that is ready before it looks at what has come meanwhile. Of two
hundred sign-ins that arrive together each would be taken a step further before anybody
else, and a page is several such rounds away. So forms go on one by one, and pages
between them.
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
from tornado.routing import Router

from tornado_app.delegates import PassedOn
from tornado_app.handlers.plain import SAFE_METHODS


class FormsInTurn(Router):
    """Routes as *router* does, but lets one form in per turn of the event loop.

    A form is whatever does not only look. Its body is not read before its turn, which
    comes in the order of arrival.
    """

    def __init__(self, router: Router) -> None:
        self._router = router
        self._turn = asyncio.Lock()

    def find_handler(
        self, request: HTTPServerRequest, **kwargs: Any
    ) -> HTTPMessageDelegate | None:
        found = self._router.find_handler(request, **kwargs)
        if found is None or request.method in SAFE_METHODS:
            return found
        return _Form(found, self._turn)


class _Form(PassedOn):
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
