"""Owns the site's addresses as an attacker lists them: every route there is."""

import re
from typing import NamedTuple

from tornado_app.application import ROUTES
from tornado_app.handlers.base import BaseHandler

SAFE = {"GET", "HEAD", "OPTIONS"}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"]

_GROUP = re.compile(r"\((?!\?)([^()]*)\)")


class Route(NamedTuple):
    path: str
    methods: frozenset
    """Those that it answers."""
    has_session: bool

    @property
    def unsafe(self):
        return sorted(self.methods - SAFE)


def path_of(pattern):
    """An address that *pattern* matches."""
    path = _GROUP.sub(lambda group: _filling(group[1]), pattern).replace("\\", "")
    assert re.fullmatch(pattern, path), (pattern, path)
    return path


def _filling(group):
    """A handle, or the last of the words that *group* chooses from."""
    handle = "A" * 16
    return handle if re.fullmatch(group, handle) else group.split("|")[-1]


def _route(pattern, handler, *_settings):
    allowed = getattr(handler, "allowed_methods", None)
    methods = frozenset(allowed() if allowed else handler.SUPPORTED_METHODS)
    return Route(path_of(pattern), methods, issubclass(handler, BaseHandler))


EVERY = [_route(*route) for route in ROUTES]
UNSAFE = [route for route in EVERY if route.unsafe]
PAGES = [route for route in EVERY if route.has_session and "GET" in route.methods]
