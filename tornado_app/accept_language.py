"""Owns the reading of the languages that a browser asks for."""

import re
from collections.abc import Iterator

# A header longer than this comes from no browser; parsing the rest buys nothing.
_MAX_LENGTH = 512
# RFC 9110 §12.4.2: from 0 to 1, with three decimals at most.
_WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


def wanted_tags(accept_language: str) -> Iterator[str]:
    """The tags to look for, in lower case, the most wanted first; ``*`` is any.

    Each is followed by its shorter forms (RFC 4647 §3.4): ``fr-ca`` by ``fr``. What is
    not wanted (``q=0``), or has a weight that is none, is left out.
    """
    weighed = [_weigh(item) for item in accept_language[:_MAX_LENGTH].split(",")]
    weighed.sort(key=lambda pair: pair[1], reverse=True)
    for tag, weight in weighed:
        if weight > 0:
            yield from _shortened(tag)


def _weigh(item: str) -> tuple[str, float]:
    tag, semicolon, parameter = item.partition(";")
    if not semicolon:
        return tag.strip().lower(), 1.0
    found = _WEIGHT.fullmatch("".join(parameter.split()))
    return tag.strip().lower(), float(found[1]) if found else 0.0


def _shortened(tag: str) -> Iterator[str]:
    while tag:
        yield tag
        tag = tag.rpartition("-")[0]
