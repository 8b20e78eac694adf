"""What kind of browser a request came from, as far as it says."""

import re
from typing import NamedTuple

# Cut before it is looked at: what a browser sends is a fraction of this.
_MAX_LENGTH = 512

# The first that fits: most browsers also name the ones that they want to pass for.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_PLATFORMS = {
    "Android",
    "Chrome OS",
    "Chromium OS",
    "Linux",
    "Windows",
    "iOS",
    "macOS",
}
_HINT = re.compile(r'"([A-Za-z ]{1,20})"', re.ASCII)


class Device(NamedTuple):
    """A browser and its system, by their own names; empty: it does not say."""

    browser: str = ""
    system: str = ""


def device_of(user_agent: str, platform_hint: str = "") -> Device:
    """The device that sends these ``User-Agent`` and ``Sec-CH-UA-Platform`` headers."""
    text = user_agent[:_MAX_LENGTH]
    system = _hinted(platform_hint[:_MAX_LENGTH]) or _first_in(text, _SYSTEMS)
    return Device(browser=_first_in(text, _BROWSERS), system=system)


def _hinted(header: str) -> str:
    found = _HINT.fullmatch(header.strip())
    return found[1] if found and found[1] in _PLATFORMS else ""


def _first_in(text: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in names if sign in text), "")
