"""What a postgresql:// URL says."""

import re
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, urlencode

from .urls import HIDDEN, quoted

_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:@/]*)(:(?P<port>[0-9]*))?")
_OURS = ("pool", "schema", "statement_cache")
# What the driver takes from a URL; a word unknown to it would go to the server.
_DRIVERS = (
    "application_name",
    "host",
    "passfile",
    "password",
    "port",
    "sslcert",
    "sslcrl",
    "sslkey",
    "sslmode",
    "sslnegotiation",
    "sslpassword",
    "sslrootcert",
    "target_session_attrs",
    "user",
)
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_SECRETS = ("password", "sslpassword")


class PostgreSQLPlace(NamedTuple):
    """Where the records are, with how to get in."""

    urls: tuple[str, ...]
    """For the driver; with several hosts, each time another one comes first."""
    shown: str
    """What people may see: the URL without its password."""
    schema: str = "tornado_sessions"
    pool: int = 5
    statement_cache: int = 100
    names_application: bool = False
    names_role: bool = False
    """Whether the URL says itself if a standby will do (target_session_attrs)."""


def parse(parts: SplitResult) -> PostgreSQLPlace:
    """Return what a URL says; raises ValueError, which names the part that is wrong."""
    # Before all else: a password may have come into what follows.
    _check_address(parts)
    options = _options(parts)
    known = PostgreSQLPlace(
        _rotations(parts, {key: options[key] for key in options if key not in _OURS}),
        _shown(parts, options),
        names_application="application_name" in options,
        names_role="target_session_attrs" in options,
    )
    return known._replace(
        schema=_schema(options, known, parts),
        pool=_number(options, "pool", known.pool, 1, parts),
        statement_cache=_number(
            options, "statement_cache", known.statement_cache, 0, parts
        ),
    )


def _options(parts: SplitResult) -> dict[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = set(options).difference(_OURS, _DRIVERS)
    if unknown:
        raise ValueError(
            f"unknown option {quoted(min(unknown), parts)} of postgresql://;"
            f" known: {', '.join(sorted((*_OURS, *_DRIVERS)))}"
        )
    if options.get("sslmode", "prefer") not in _SSL_MODES:
        raise ValueError(
            f"want sslmode as one of {', '.join(_SSL_MODES)},"
            f" got {quoted(options['sslmode'], parts)}"
        )
    return options


def _check_address(parts: SplitResult) -> None:
    if parts.fragment:
        raise ValueError("write # in a password as %23")
    if parts.netloc.count("@") > 1:
        raise ValueError("write @ in a user or password as %40")
    for host in _hosts(parts):
        match = _HOST.fullmatch(host)
        if match is None:
            raise ValueError(f"want HOST or HOST:PORT, got {HIDDEN}")
        port = match["port"]
        if port and not 0 < int(port) < 65_536:
            raise ValueError(f"want a port from 1 to 65535, got {HIDDEN}")
    database = parts.path.removeprefix("/")
    if not database or "/" in database or "@" in database:
        raise ValueError(
            "want the name of a database, postgresql://HOST/DATABASE;"
            f" got {quoted(database, parts)}"
        )


def _schema(options: dict[str, str], known: PostgreSQLPlace, parts: SplitResult) -> str:
    schema = options.get("schema", known.schema)
    if not _SCHEMA.fullmatch(schema) or schema.startswith("pg_"):
        raise ValueError(
            f"want a schema of a-z, 0-9, _ (not pg_...), got {quoted(schema, parts)}"
        )
    return schema


def _number(
    options: dict[str, str], name: str, default: int, least: int, parts: SplitResult
) -> int:
    text = options.get(name, str(default))
    if not re.fullmatch("[0-9]{1,6}", text) or int(text) < least:
        raise ValueError(
            f"want {name} as a whole number from {least}, got {quoted(text, parts)}"
        )
    return int(text)


def _hosts(parts: SplitResult) -> list[str]:
    return parts.netloc.rpartition("@")[2].split(",")


def _rotations(parts: SplitResult, options: dict[str, str]) -> tuple[str, ...]:
    account = "".join(parts.netloc.rpartition("@")[:2])
    hosts = _hosts(parts)
    rotated = [",".join(hosts[i:] + hosts[:i]) for i in range(len(hosts))]
    return tuple(_url(parts, account + each, options) for each in rotated)


def _shown(parts: SplitResult, options: dict[str, str]) -> str:
    account, at, hosts = parts.netloc.rpartition("@")
    user, colon, _ = account.partition(":")
    hidden = {key: "..." if key in _SECRETS else options[key] for key in options}
    netloc = f"{user}{':...' if colon else ''}{at}{hosts}"
    return _url(parts, netloc, hidden)


def _url(parts: SplitResult, netloc: str, options: dict[str, str]) -> str:
    # urlunsplit would leave out the slashes where no host is named.
    query = urlencode(options, safe="/,")
    return f"{parts.scheme}://{netloc}{parts.path}{'?' if query else ''}{query}"
