"""Owns the answer where no page is."""

import contextlib

from tornado.web import HTTPError

from tornado_app.handlers.base import BaseHandler
from tornado_app.sessions import StoreUnavailableError


class RefusedHandler(BaseHandler):
    """Answers every request with one error page, as the visitor prefers pages."""

    def initialize(self, status_code: int) -> None:
        self._refusal = status_code

    async def prepare(self) -> None:
        # The session only lends its language and theme: without a store the page
        # is still the same error, not a 503.
        with contextlib.suppress(StoreUnavailableError):
            await super().prepare()
        raise HTTPError(self._refusal)

    def check_request(self) -> None:
        """Nothing to check: no request can do anything here."""

    def check_trusted_origin(self, origin: str) -> bool:
        # Nothing can happen here, so a wrong address is a 404 from any origin.
        return True
