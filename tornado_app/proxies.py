"""Whose X-Forwarded headers are believed."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.routing import Router

from tornado_app.option_values import Network

Address = IPv4Address | IPv6Address


class ForwardedRouter(Router):
    """Tells requests from trusted proxies who their client is, then routes them.

    Tornado's own ``xheaders`` believes whoever connects, so that any visitor could
    choose an address and a scheme; here only the *trusted* networks are believed.
    """

    def __init__(self, router: Router, trusted: Sequence[Network]) -> None:
        self._router = router
        self._trusted = tuple(trusted)

    def find_handler(
        self, request: HTTPServerRequest, **kwargs: Any
    ) -> HTTPMessageDelegate | None:
        # A link-local peer carries its interface: fe80::1%eth0.
        peer = _address((request.remote_ip or "").partition("%")[0])
        if peer is not None and self._trusts(peer):
            request.remote_ip = str(self._client(peer, request))
            request.protocol = _scheme(request)
        return self._router.find_handler(request, **kwargs)

    def _client(self, peer: Address, request: HTTPServerRequest) -> Address:
        """Walk from the nearest hop outwards; the first one not trusted is the client.

        Whatever stands left of it was written by the client and means nothing. Past
        a hop that is no address nothing can be known, and the walk ends before it.
        """
        client = peer
        for hop in reversed(_values(request, "X-Forwarded-For")):
            address = _address(hop)
            if address is None:
                break
            client = address
            if not self._trusts(client):
                break
        return client

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def _address(text: str) -> Address | None:
    """Read an address; an IPv4 one in IPv6 clothes (RFC 4291 §2.5.5.2) is undressed."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return address
    # What follows a % may be any text at all, so nobody else's is taken.
    return None if address.scope_id else address.ipv4_mapped or address


def _scheme(request: HTTPServerRequest) -> str:
    """The scheme in the nearest proxy's word, or the connection's own.

    Of several values only the last is certainly the trusted proxy's.
    """
    values = _values(request, "X-Forwarded-Proto")
    scheme = values[-1].lower() if values else ""
    return scheme if scheme in ("http", "https") else request.protocol


def _values(request: HTTPServerRequest, name: str) -> list[str]:
    text = request.headers.get(name, "")
    return [value.strip(" \t") for value in text.split(",")] if text else []
