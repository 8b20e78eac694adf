"""What the driver is told of every connection."""

from typing import Any

from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from .redis_url import RedisPlace

# To one server. Finds and changes are gathered, so that there are seldom more than
# three at work; opening one with TLS takes the loop tens of milliseconds.
MOST_CONNECTIONS = 8

# Who asks has a deadline of his own, mostly a shorter one.
CONNECT_TIMEOUT_S = 5.0
ANSWER_TIMEOUT_S = 30.0

# For whoever only says where the records are: the next one is asked while the visitor
# waits.
DISCOVERY_TIMEOUT_S = 0.5

_IDLE_CHECK_S = 30


def server_options(place: RedisPlace) -> dict[str, Any]:
    """Return the options for a server that keeps records."""
    return _options(place) | {
        "username": place.username,
        "password": place.password,
        # The driver would wrap each write in `wait_for`, which on Python 3.11 can lose
        # a cancellation; `Link` has one timeout for all.
        "socket_timeout": None,
        "socket_connect_timeout": CONNECT_TIMEOUT_S,
        "health_check_interval": _IDLE_CHECK_S,
    }


def sentinel_options(place: RedisPlace) -> dict[str, Any]:
    """Return the options for a Sentinel."""
    return _options(place) | {
        "username": place.sentinel_username,
        "password": place.sentinel_password,
        "socket_timeout": DISCOVERY_TIMEOUT_S,
        "socket_connect_timeout": DISCOVERY_TIMEOUT_S,
        "ssl": place.tls,
    }


def _options(place: RedisPlace) -> dict[str, Any]:
    options: dict[str, Any] = {
        # What is sent twice may be done twice: nothing is tried again by itself.
        "retry": Retry(NoBackoff(), 0),
        # The one that every version speaks, and whose answers our code reads.
        "protocol": 2,
        # Spares each connection two commands that an ACL may forbid.
        "driver_info": None,
    }
    if place.tls:
        options["ssl_ca_certs"] = place.ca
        options["ssl_certfile"] = place.cert
        options["ssl_keyfile"] = place.key
    return options
