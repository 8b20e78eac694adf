"""Owns the site as it is behind a proxy that speaks https."""

from ipaddress import ip_network

from tests.handlers.signing import Person
from tornado_app.proxies import ForwardedRouter

LOOPBACK = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
HTTPS = {"X-Forwarded-Proto": "https"}


class SafePerson(Person):
    """A person whose proxy says that the browser speaks https."""

    async def send(self, method, path, *, headers, body=None):
        return await super().send(method, path, headers=HTTPS | headers, body=body)


def behind_https(app):
    """The *app*, which believes what a proxy on this machine says."""
    return ForwardedRouter(app, LOOPBACK)
