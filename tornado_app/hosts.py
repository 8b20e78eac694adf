"""Under which names the site answers.

A page of an attacker can rebind its own name to this machine's address, and read what
a server here answers as if it were its own. Its browser still sends that name as Host.
"""

import re
from collections.abc import Iterable
from ipaddress import ip_address

_NAME = re.compile(r"(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?", re.ASCII)
_WANTED = (
    "want host names without port such as example.org, *.example.org for all below it,"
    " or * for any, with commas between"
)


def host_names(text: str) -> tuple[str, ...]:
    """Read names with commas between; nothing means none."""
    parts = (part.strip().lower() for part in text.split(","))
    return tuple(_checked(part) for part in parts if part)


def is_loopback(name: str) -> bool:
    """Whether *name* can only mean the machine that says it.

    ``localhost`` and what is below it are never looked up elsewhere (RFC 6761 §6.3).
    """
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


class Hosts:
    """The *names* as `host_names` reads them, and those of the loopback.

    Without *names* they are all there is if the site is *private*, else any will do.
    """

    def __init__(self, names: Iterable[str] = (), *, private: bool) -> None:
        self._names = {name for name in names if "*" not in name}
        self._endings = tuple(name[1:] for name in names if name.startswith("*."))
        self._any = "*" in names or not (names or private)

    def answers_to(self, name: str) -> bool:
        """Whether a request for the host *name*, in lower case, is for this site."""
        if self._any or name in self._names:
            return True
        name = name.removesuffix(".")  # the same name, from the root on
        return name in self._names or name.endswith(self._endings) or is_loopback(name)


def _checked(name: str) -> str:
    if name == "*" or _NAME.fullmatch(name):
        return name
    try:
        address = ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        raise ValueError(_WANTED) from None
    # As a URL and the Host header write it (RFC 3986 §3.2.2).
    return f"[{address}]" if address.version == 6 else str(address)
