"""Who goes first when many sign in at once: pages before their forms.

Asyncio finishes all that is ready before it looks at what has come meanwhile. Of two
hundred sign-ins that arrive together each would be taken a step further before anybody
else, and a page is several such rounds away. So they are let in one after the other,
and everything else goes between them.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
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

# By the clock and not by the turns of the loop: where many pages make a turn long,
# those whose time has come go together. Two hundred a second can be hashed nowhere.
STEP_S = 0.005
LONGEST_WAIT_S = 1.0


class SlowFormsInLine(Application):
    """An application that lets in one slow form each `STEP_S`, a lone one at once.

    Slow are the forms of the setting ``slow_handler_class`` and its subclasses. Their
    bodies are not read before they are let in, in the order of arrival. None waits
    for longer than `LONGEST_WAIT_S`, however many come and leave again.
    """

    _last_let_in_at_s = -math.inf

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
        return _SlowForm(found, self._wait_in_line)

    async def _wait_in_line(self) -> None:
        now_s = asyncio.get_running_loop().time()
        at_s = max(now_s, self._last_let_in_at_s + STEP_S)
        self._last_let_in_at_s = at_s = min(at_s, now_s + LONGEST_WAIT_S)
        if at_s > now_s:
            await asyncio.sleep(at_s - now_s)


class _SlowForm(PassedOn):
    def __init__(
        self, inner: HTTPMessageDelegate, wait: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(inner)
        self._wait = wait

    async def headers_received(
        self,
        start_line: RequestStartLine | ResponseStartLine,
        headers: HTTPHeaders,
    ) -> None:
        await self._wait()
        passed = super().headers_received(start_line, headers)
        if passed is not None:
            await passed
