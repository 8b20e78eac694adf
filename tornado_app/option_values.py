"""The text form of every kind of option value."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

Network = IPv4Network | IPv6Network

LOG_LEVELS = ("debug", "info", "warning", "error")

_DURATION = re.compile(
    r"(?:(\d{1,10})d)?(?:(\d{1,10})h)?(?:(\d{1,10})m)?(?:(\d{1,10})s)?", re.ASCII
)
_LONGEST = timedelta(days=36_500)  # a century; an instant far beyond it has no date
_WANT_DURATION = "want a duration such as 90s, 30m, 1h30m or 14d"
# Up to the last @: a password with a slash in it is a mistake, yet still a secret.
_PASSWORD = re.compile(r"(?<=://)([^/@:]*):.*(?=@)")
_PASSWORD_ARGUMENT = re.compile(r"([?&]\w*password=)[^&|]*")


def port(text: str) -> int:
    """Read a TCP port; 0 means any free one."""
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or int(text) > 65_535:
        raise ValueError("want a port from 0 to 65535")
    return int(text)


def processes(text: str) -> int:
    """Read how many processes there shall be."""
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII) or not int(text):
        raise ValueError("want a number of processes from 1 to 999")
    if int(text) > 1 and not hasattr(os, "fork"):
        raise ValueError("this system can serve with one process only")
    return int(text)


def nonempty(text: str) -> str:
    """Read a text that says something."""
    if not text.strip():
        raise ValueError("want a value, got nothing")
    return text.strip()


def path(text: str) -> Path:
    """Read a file name; a relative one starts at the current folder."""
    return Path(nonempty(text))


def yes_or_no(text: str) -> bool:
    """Read ``yes`` or ``no``, or one of their usual synonyms."""
    word = text.strip().lower()
    if word in ("yes", "true", "on", "1"):
        return True
    if word in ("no", "false", "off", "0"):
        return False
    raise ValueError("want yes or no")


def log_level(text: str) -> str:
    """Read the name of a log level."""
    word = text.strip().lower()
    if word not in LOG_LEVELS:
        raise ValueError(f"want one of {', '.join(LOG_LEVELS)}")
    return word


def duration_or_zero(text: str) -> timedelta:
    """Read ``90s``, ``30m``, ``1h30m`` or ``14d``; a bare number has no unit."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not text.strip():
        raise ValueError(_WANT_DURATION)
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return _bounded(((days * 24 + hours) * 60 + minutes) * 60 + seconds)


def duration(text: str) -> timedelta:
    """Read a duration that is longer than nothing."""
    length = duration_or_zero(text)
    if not length:
        raise ValueError(f"{_WANT_DURATION}, longer than 0s")
    return length


def _bounded(seconds: int) -> timedelta:
    if seconds > _LONGEST.total_seconds():
        raise ValueError(f"want a duration of at most {_LONGEST.days}d")
    return timedelta(seconds=seconds)


def networks(text: str) -> tuple[Network, ...]:
    """Read addresses and networks with commas between; nothing means none."""
    return tuple(_network(part.strip()) for part in text.split(",") if part.strip())


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as exc:
        raise ValueError(
            f"want addresses and networks such as 127.0.0.1 or 10.0.0.0/8 "
            f"with commas between, but {exc}"
        ) from None


def store_url(check: Callable[[str], object]) -> Callable[[str], str]:
    """Make a reader of store URLs out of *check*, which raises `ValueError`."""

    def read(text: str) -> str:
        check(nonempty(text))
        return text.strip()

    return read


def masked(text: str) -> str:
    """Hide the passwords of a URL, for pages, logs and terminals."""
    return _PASSWORD_ARGUMENT.sub(r"\1***", _PASSWORD.sub(r"\1:***", text))


def show(value: object) -> str:
    """Write *value* as an option's text: what its reader would read back."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, timedelta):
        return _show_duration(int(value.total_seconds()))
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    return "" if value is None else str(value)


def _show_duration(seconds: int) -> str:
    sizes = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
    text = ""
    for unit, size in sizes:
        count, seconds = divmod(seconds, size)
        text += f"{count}{unit}" if count else ""
    return text or "0s"
