"""What all processes of the program have in common."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass

from tornado_app.listening import bind, bound_port, url
from tornado_app.secret_file import read_secrets
from tornado_app.settings import Settings


@dataclass(frozen=True, slots=True)
class Entrance:
    """Listening sockets, open, and the secrets, read."""

    sockets: Sequence[socket.socket]
    secrets: tuple[str, ...]
    port: int
    url: str

    def announce(self) -> None:
        """Tell the operator, and programs that wait for the line."""
        print(f"Listening on {self.url}", flush=True)

    def close(self) -> None:
        """Close the sockets in this process; twice is once."""
        for listening in self.sockets:
            listening.close()


def open_entrance(settings: Settings) -> Entrance:
    """Bind the sockets, then read the secrets; the port is known afterwards.

    Raises `StartError` when one or the other cannot be had, with nothing left open.
    """
    sockets = bind(settings.address, settings.port)
    try:
        secrets = read_secrets(settings.secret_file)
    except BaseException:
        for listening in sockets:
            listening.close()
        raise
    port = bound_port(sockets)
    return Entrance(sockets, secrets, port, url(settings.address, port))
