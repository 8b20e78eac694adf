"""Owns the answer for Prometheus."""

import asyncio
from ipaddress import IPv6Address, ip_address

from tornado_app.audit_events import Event
from tornado_app.handlers.audited import audit_of, plain_facts
from tornado_app.handlers.plain import PlainHandler
from tornado_app.metrics import Metrics
from tornado_app.option_values import Network

_ABSENT = "No metrics here: they want the extra [metrics], and then a restart.\n"
_NOT_FOR_YOU = (
    "Not for you: metrics are shown to the addresses in --metrics-from, to each of them"
    " directly and not through a proxy.\n"
)


class MetricsHandler(PlainHandler):
    """Shows what all processes of the program have counted."""

    async def get(self) -> None:
        self.set_header("Cache-Control", "no-store")
        metrics: Metrics | None = self.settings["metrics"]
        if metrics is None:
            self._answer_in_a_word(404, _ABSENT)
        elif not self._may_be_read():
            facts = plain_facts(self)
            audit_of(self).note(Event.AUTHZ_FAIL, "", "metrics", facts=facts)
            self._answer_in_a_word(403, _NOT_FOR_YOU)
        else:
            accept = self.request.headers.get("Accept", "")
            # It may read a file for each process.
            exposition = await asyncio.to_thread(metrics.expose, accept)
            self.set_header("Content-Type", exposition.content_type)
            self.finish(exposition.body)

    def _may_be_read(self) -> bool:
        """Tell whether the reader is one of ours, who needs no proxy to come here.

        Behind a proxy that is not trusted every visitor has the proxy's address.
        """
        if "X-Forwarded-For" in self.request.headers:
            return False
        networks: tuple[Network, ...] = self.settings["site"].metrics_from
        return _is_in(self.request.remote_ip or "", networks)

    def _answer_in_a_word(self, status: int, text: str) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.finish(text)


def _is_in(text: str, networks: tuple[Network, ...]) -> bool:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False  # a Unix socket has none
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return any(address in network for network in networks)
