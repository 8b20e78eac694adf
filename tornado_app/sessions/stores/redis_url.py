"""What a redis:// or rediss:// URL says."""

import re
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote

from .urls import HIDDEN, quoted

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?")
_PREFIX = re.compile(r"[A-Za-z0-9_.:-]+")  # no braces: they would choose a Cluster slot
_OPTIONS = {
    *("prefix", "replicas", "cluster"),
    *("sentinel", "sentinel_username", "sentinel_password"),
    *("ca", "cert", "key"),
}


class RedisPlace(NamedTuple):
    """Where the records are, and how to get in."""

    hosts: tuple[tuple[str, int], ...]
    database: int = 0
    username: str | None = None
    password: str | None = None
    tls: bool = False
    ca: str | None = None
    """File of the certificates that sign the server's; None: the system's."""
    cert: str | None = None
    key: str | None = None
    cluster: bool = False
    sentinel: str | None = None
    """The name of the master that the hosts, which are Sentinels, watch."""
    sentinel_username: str | None = None
    sentinel_password: str | None = None
    replicas: int = 0
    """How many replicas must have a change before it counts as made."""
    prefix: str = "session"


def parse(parts: SplitResult) -> RedisPlace:
    """Return what a URL says; raises ValueError, which names the part that is wrong.

    Nothing that is raised holds the password.
    """
    if parts.fragment:
        raise ValueError("a redis:// URL has no #fragment; write # as %23")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    # Before all else: a password may have come into what follows.
    hosts = _hosts(parts.netloc.rpartition("@")[2], sentinel="sentinel" in options)
    _check_options(options, parts)
    place = RedisPlace(
        hosts=hosts,
        database=_database(parts),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=parts.scheme == "rediss",
        ca=options.get("ca"),
        cert=options.get("cert"),
        key=options.get("key"),
        cluster=_number("cluster", options, parts, most=1) == 1,
        sentinel=options.get("sentinel"),
        sentinel_username=options.get("sentinel_username"),
        sentinel_password=options.get("sentinel_password"),
        replicas=_number("replicas", options, parts, most=100),
        prefix=_prefix(options, parts),
    )
    _check(place)
    return place


def _check_options(options: dict[str, str], parts: SplitResult) -> None:
    unknown = options.keys() - _OPTIONS
    if unknown:
        known = ", ".join(sorted(_OPTIONS))
        option = quoted(min(unknown), parts)
        raise ValueError(f"unknown option {option} of redis://; known: {known}")
    empty = [name for name, value in options.items() if not value]
    if empty:
        raise ValueError(f"want a value for the option {min(empty)!r} of redis://")


def _hosts(text: str, *, sentinel: bool) -> tuple[tuple[str, int], ...]:
    default_port = 26379 if sentinel else 6379
    hosts = []
    for one in text.split(","):
        match = _HOST.fullmatch(one)
        if match is None:
            got = HIDDEN if one else repr(one)
            raise ValueError(f"want redis://HOST:PORT, got {got} as the host")
        port = int(match[2] or default_port)
        if not 0 < port < 65_536:
            raise ValueError(f"want a port from 1 to 65535, got {HIDDEN}")
        hosts.append((match[1].strip("[]"), port))
    return tuple(hosts)


def _database(parts: SplitResult) -> int:
    text = parts.path.strip("/")
    if not text:
        return 0
    if not text.isascii() or not text.isdigit():
        got = quoted(text, parts)
        raise ValueError(f"want redis://HOST/NUMBER, got {got} as the database")
    return int(text)


def _number(
    name: str, options: dict[str, str], parts: SplitResult, *, most: int
) -> int:
    text = options.get(name, "0")
    if not text.isascii() or not text.isdigit() or int(text) > most:
        raise ValueError(f"want {name}=0 to {most}, got {quoted(text, parts)}")
    return int(text)


def _prefix(options: dict[str, str], parts: SplitResult) -> str:
    prefix = options.get("prefix", "session")
    if _PREFIX.fullmatch(prefix) is None:
        got = quoted(prefix, parts)
        raise ValueError(f"want a prefix of letters, digits, _ . : -, got {got}")
    return prefix


def _check(place: RedisPlace) -> None:
    if place.cluster and place.sentinel:
        raise ValueError("want cluster=1 or sentinel=MASTER, not both")
    if place.cluster and place.database:
        raise ValueError(f"a Cluster has only database 0, got {place.database}")
    if len(place.hosts) > 1 and not (place.cluster or place.sentinel):
        raise ValueError("several hosts want cluster=1 or sentinel=MASTER behind them")
    if not place.sentinel and (place.sentinel_username or place.sentinel_password):
        raise ValueError("sentinel_username and sentinel_password want sentinel=MASTER")
    if not place.tls and (place.ca or place.cert or place.key):
        raise ValueError("the options ca, cert and key want rediss://")
