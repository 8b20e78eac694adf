"""What of a Redis server an operator should know before visitors do."""

import logging
from typing import Any

from redis.exceptions import (
    AuthenticationError,
    NoPermissionError,
    RedisClusterException,
    ResponseError,
)

from ..errors import StoreOpenError
from .redis_links import Link
from .redis_url import RedisPlace

_log = logging.getLogger(__name__)


async def inspect(link: Link, place: RedisPlace) -> None:
    """Log what may end sessions early; a server that keeps its settings secret is fine.

    Raises StoreOpenError for what only a better URL can mend, and what the driver
    raises when a server cannot be reached.
    """
    for node in await _nodes(link, place):
        await _check_kind(link, node, place)
        settings = await _settings(link, node)
        policy = settings.get("maxmemory-policy", "noeviction")
        if policy != "noeviction":
            _log.warning(
                "Redis may evict live sessions when its memory is full"
                " (maxmemory-policy is %s): set it to noeviction.",
                policy,
            )
        if settings.get("appendonly") == "no":
            _log.info(
                "Redis does not write each change to disk (appendonly is no): a crash"
                " of the server can lose sessions and undo revokes."
            )


async def _nodes(link: Link, place: RedisPlace) -> Any:
    """Return the nodes, each of which lets us in and has our database."""
    try:
        nodes = await link.nodes()
        for node in nodes:
            await link.ask_node(node, "PING")
    except (AuthenticationError, ResponseError) as exc:
        if isinstance(exc, NoPermissionError):
            return nodes
        raise StoreOpenError(_name(place), f"{exc}; look at the URL") from exc
    except RedisClusterException as exc:
        if "not enabled" not in str(exc):
            raise
        problem = "it is no Cluster; leave out cluster=1"
        raise StoreOpenError(_name(place), problem) from exc
    return nodes


async def _check_kind(link: Link, node: Any, place: RedisPlace) -> None:
    try:
        told = await link.ask_node(node, "INFO", "server")
    except ResponseError:
        return  # an ACL forbids it
    # Redis says redis_mode, Valkey says server_mode.
    if not place.cluster and b"_mode:cluster" in told:
        problem = "it is a node of a Cluster; add ?cluster=1 to the URL"
        raise StoreOpenError(_name(place), problem)


async def _settings(link: Link, node: Any) -> dict[str, str]:
    settings = {}
    for name in ("maxmemory-policy", "appendonly"):
        try:
            _, value = await link.ask_node(node, "CONFIG", "GET", name)
        except ResponseError:
            continue  # an ACL or a hosted server forbids it
        settings[name] = value.decode()
    return settings


def _name(place: RedisPlace) -> str:
    """The URL without what is secret in it."""
    hosts = ",".join(f"{host}:{port}" for host, port in place.hosts)
    return f"{'rediss' if place.tls else 'redis'}://{hosts}/{place.database}"
