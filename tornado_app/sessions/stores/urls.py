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


def split(url: str) -> SplitResult:
    """Return the parts of *url*; nothing in it is checked."""
    found = _URL.fullmatch(url)
    if found is None:
        raise ValueError(f"want a URL, got {url!r}")
    parts = found.groupdict(default="")
    parts["scheme"] = parts["scheme"].lower()
    return SplitResult(**parts)
