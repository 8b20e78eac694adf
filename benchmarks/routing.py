"""Finds a compared page by its path."""

from collections.abc import Iterable
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.web import Application, RequestHandler


class NearPages(Application):
    """Has every page as near as any other.

    Tornado tries its routes one after the other: the last of five would pay for four
    more than the bare page, which has nothing to do with sessions.
    """

    def __init__(
        self, pages: Iterable[tuple[str, type[RequestHandler]]], **settings: Any
    ) -> None:
        super().__init__(**settings)
        self._pages = {
            path: Application([(path, handler)], **settings) for path, handler in pages
        }
        for page in self._pages.values():
            page.settings = self.settings  # what one notes the others find

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> Any:
        """Ask the application of the one page, which knows no other."""
        page = self._pages.get(request.path)
        if page is None:
            return super().find_handler(request, **kwargs)
        return page.find_handler(request, **kwargs)
