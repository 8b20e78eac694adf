"""Owns where to go after a sign-in: to this site only."""

import re
from urllib.parse import urlsplit

HOME = "/"

_MAX_LENGTH = 2000
# Only what a path, query or fragment may hold (RFC 3986): no control character, which
# browsers drop, no backslash, which they take for a slash. Two slashes name a host.
_PLACE = re.compile(r"/(?!/)[A-Za-z0-9._~!$&'()*+,;=:@%/?#-]*", re.ASCII)
_DEAD_ENDS = frozenset({"/sign-in", "/sign-up", "/sign-out"})


def next_page(wanted: str | None) -> str:
    """*wanted* if it is a place on this site, else the greeting."""
    if wanted is None or len(wanted) > _MAX_LENGTH or not _PLACE.fullmatch(wanted):
        return HOME
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or parts.path in _DEAD_ENDS:
        return HOME
    return wanted
