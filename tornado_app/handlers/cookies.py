r"""Owns reading a cookie whose name is ours to the octet.

Tornado's parser lets the last of two win and trims ``\xa0`` and ``\x85`` from names,
so a cookie that a neighbouring host plants could pose as a ``__Host-`` one.
"""

from tornado.httputil import HTTPServerRequest

from tornado_app.sessions.cookie import raw_pairs


def cookie_in(request: HTTPServerRequest, name: str) -> str | None:
    """The value of the cookie of just this name; None: it did not come, or twice."""
    found = raw_pairs(request.headers, name)
    return found[0][len(name) + 1 :] if len(found) == 1 else None
