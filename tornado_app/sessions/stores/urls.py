"""A store's URL in its parts."""

import re
from urllib.parse import SplitResult

# RFC 3986, appendix B. Python's own urlsplit refuses several hosts of which one is an
# IPv6 address, in some of its patch releases.
_URL = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?://(?P<netloc>[^/?#]*))?"
    r"(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:\#(?P<fragment>.*))?",
    re.DOTALL,
)

HIDDEN = "(not shown; write # / ? @ : of a password as %23 %2F %3F %40 %3A)"
"""In an error, for a part of a URL that a password may have come into."""


def split(url: str) -> SplitResult:
    """Return the parts of *url*; nothing in it is checked."""
    found = _URL.fullmatch(url)
    if found is None:  # there is no such text
        raise ValueError("want a URL")
    parts = found.groupdict(default="")
    parts["scheme"] = parts["scheme"].lower()
    return SplitResult(**parts)


def quoted(part: str, parts: SplitResult) -> str:
    """Return *part* for an error, if no bit of a password may be in it.

    *part* is no host. A password with a reserved character as it is reaches into the
    parts of a URL that follow the account.
    """
    rest = "".join(parts[2:])
    if parts.netloc.count("@") > 1 or "@" in rest or "password" in rest.lower():
        return HIDDEN
    return repr(part)


def scheme_of(url: str) -> str:
    """Return for an error what a URL begins with; of one with a password, no more."""
    parts = split(url)
    if "@" not in url:
        return repr(parts.scheme or url)
    is_scheme = url.lower().startswith(f"{parts.scheme}://") and parts.scheme
    return repr(parts.scheme) if is_scheme else HIDDEN
