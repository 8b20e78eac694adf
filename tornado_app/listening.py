"""The sockets that the program listens on."""

import errno
import os
import socket
from contextlib import ExitStack
from typing import Any

from tornado_app.errors import ListenError

BACKLOG = 128  # as Tornado's own

_HINTS = {
    errno.EADDRINUSE: "another program listens there; stop it, or choose another "
    "port with --port (0: any free one)",
    errno.EACCES: "that takes special rights; choose a port from 1024 on with --port",
    errno.EADDRNOTAVAIL: "this machine has no such address; choose one that it has "
    "with --address",
}
_NO_SUCH_NAME = "no such address or host name; choose another with --address"


def bind(address: str, port: int) -> list[socket.socket]:
    """Return listening sockets for *port* of *address*, a host name's every address.

    With port 0 the system chooses one, the same for all. Raises `ListenError`, which
    says what to do, when one cannot be had. Unlike Tornado's `bind_sockets` this
    leaves none open then.
    """
    with ExitStack() as closing:
        sockets: list[socket.socket] = []
        try:
            for family, place in _places(address, port):
                sockets.append(_listen(family, place, bound_port(sockets) or port))
                closing.callback(sockets[-1].close)
        except socket.gaierror as exc:
            raise ListenError(address, port, _NO_SUCH_NAME) from exc
        except (OSError, UnicodeError) as exc:
            raise ListenError(address, port, _hint(exc)) from exc
        closing.pop_all()
        return sockets


def bound_port(sockets: list[socket.socket]) -> int:
    """The port of *sockets*, where 0 asked for any free one; 0 if there are none."""
    return int(sockets[0].getsockname()[1]) if sockets else 0


def url(address: str, port: int) -> str:
    """The site's first page; an IPv6 address gets its brackets (RFC 3986 §3.2.2)."""
    host = f"[{address}]" if ":" in address else address
    return f"http://{host}:{port}/"


def _places(address: str, port: int) -> list[tuple[int, tuple[Any, ...]]]:
    """Each address with its family, IPv4 first."""
    found = socket.getaddrinfo(
        address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    places = sorted({(family, place) for family, _, _, _, place in found})
    if address == "localhost" and len(places) > 1:
        # Containers often have the name ::1 without the address.
        places = [place for place in places if place[0] == socket.AF_INET] or places
    return list(places)


def _listen(family: int, place: tuple[Any, ...], port: int) -> socket.socket:
    host, _port, *rest = place
    listening = socket.create_server(
        (host, port, *rest), family=family, backlog=BACKLOG
    )
    listening.setblocking(False)
    return listening


def _hint(exc: OSError | UnicodeError) -> str:
    number = exc.errno if isinstance(exc, OSError) else None
    if number is None:
        return str(exc)
    return _HINTS.get(number, os.strerror(number))
