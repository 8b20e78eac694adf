"""What kind of browser a request came from, as far as it says.

Browsers send the three low-entropy client hints unasked where the connection is secure
(https://wicg.github.io/client-hints-infrastructure/#low-entropy-hint-table), so nothing
is asked for with ``Accept-CH``: whatever else it would bring only tells people apart.
"""

import re
from typing import NamedTuple

from tornado_app.preferences import showable

MAX_LENGTH = 512
"""A header is cut to this before it is looked at; browsers send a fraction of it."""

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
# Those that say "Chrome" in their User-Agent, as sites expect it; the first that fits.
_BRANDS = {
    "Brave": "Brave",
    "Vivaldi": "Vivaldi",
    "Opera": "Opera",
    "YaBrowser": "Yandex Browser",
    "DuckDuckGo": "DuckDuckGo",
    "Google Chrome": "Chrome",
    "Chromium": "Chromium",
}
_PLATFORMS = {
    "Android",
    "Chrome OS",
    "Chromium OS",
    "Linux",
    "Windows",
    "iOS",
    "macOS",
}
_HANDHELDS = {"iPhone", "iPad", "iOS", "Android"}
_HINT = re.compile(r'"([A-Za-z ]{1,20})"', re.ASCII)
_BRAND = re.compile(r'"([A-Za-z ]{1,20})";v="', re.ASCII)


class Device(NamedTuple):
    """A browser and its system, by their own names; empty: it does not say."""

    browser: str = ""
    system: str = ""

    @property
    def is_handheld(self) -> bool:
        """Whether it is a telephone or a tablet."""
        return self.system in _HANDHELDS


def device_of(
    user_agent: str, platform_hint: str = "", brands_hint: str = ""
) -> Device:
    """The device that sends these headers.

    They are ``User-Agent``, ``Sec-CH-UA-Platform`` and ``Sec-CH-UA``.
    """
    text = user_agent[:MAX_LENGTH]
    browser = _first_in(text, _BROWSERS)
    if browser == "Chrome":
        browser = _branded(brands_hint[:MAX_LENGTH]) or browser
    system = _hinted(platform_hint[:MAX_LENGTH]) or _first_in(text, _SYSTEMS)
    return Device(browser, system)


def shown_user_agent(user_agent: str) -> str:
    """What the browser says of itself, cut, as a page may show it."""
    return showable(user_agent[:MAX_LENGTH])


def _branded(header: str) -> str:
    """The browser's own name in a list of brands (made-up ones are among them)."""
    brands = set(_BRAND.findall(header))
    return next((_BRANDS[brand] for brand in _BRANDS if brand in brands), "")


def _hinted(header: str) -> str:
    found = _HINT.fullmatch(header.strip())
    return found[1] if found and found[1] in _PLATFORMS else ""


def _first_in(text: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in names if sign in text), "")
