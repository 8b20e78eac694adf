"""The site's pages in a browser, on slow 4G and a CPU four times slower."""

import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    StorageState,
    ViewportSize,
    sync_playwright,
)

from tools import chromium

from . import machine, process
from .cache import fresh_folder
from .goals import verdict
from .options import Options
from .startup import SITE
from .tables import table

LCP_GOAL_S = 1.2
CLS_GOAL = 0.0

# What Lighthouse calls slow 4G, and its mid-range phone.
_NETWORK = {
    "offline": False,
    "latency": 150,  # ms
    "downloadThroughput": 1_600_000 / 8,  # bytes a second
    "uploadThroughput": 750_000 / 8,
}
_CPU_SLOWER = 4
_PHONE_SIZE = ViewportSize(width=360, height=740)
_ARGUMENTS = ("--no-sandbox", "--disable-quic", "--disable-background-networking")

_NAME, _PASSWORD = "ada", "correct horse battery staple"

STRANGERS = ("/", "/preferences", "/sign-up", "/sign-in", "/privacy")
USERS = ("/", "/preferences", "/sessions", "/account")

# web.dev: the last candidate is the largest paint; shifts after an input do not count.
_OBSERVE = """
window.seen = { lcp: 0, cls: 0 };
new PerformanceObserver(list => {
  for (const { startTime } of list.getEntries()) seen.lcp = startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver(list => {
  for (const { hadRecentInput, value } of list.getEntries())
    if (!hadRecentInput) seen.cls += value;
}).observe({ type: "layout-shift", buffered: true });
"""
# How long after its load a page is watched for what still moves.
_AFTERMATH_MS = 500


@dataclass(frozen=True, slots=True)
class Look:
    """How a page came up: seconds to its largest paint, and how much it shifted."""

    lcp_s: float
    cls: float


def measure(options: Options) -> str:
    """Open each page a few times with an empty cache."""
    with _site() as address, _browser() as browser:
        known = _sign_up(browser, address)
        rows = [
            _row(f"{path} ({who})", _looks(browser, address + path, state, options))
            for who, state, paths in (
                ("a stranger", None, STRANGERS),
                ("signed in", known, USERS),
            )
            for path in paths
        ]
    goals = (f"LCP (at most {LCP_GOAL_S} s)", "worst", f"CLS ({CLS_GOAL:.0f})", "met")
    return table(("slow 4G, CPU 4 times slower, nothing cached", *goals), rows)


@contextmanager
def _site() -> Iterator[str]:
    with fresh_folder("pages") as folder:
        core = machine.server_core()
        with process.running(SITE, core=core, folder=folder, cwd=folder) as running:
            yield f"http://127.0.0.1:{running.port}"


@contextmanager
def _browser() -> Iterator[Browser]:
    chromium.provide()
    path = chromium.find()
    if path is None:
        sys.exit("--pages needs Chromium; on Debian: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


def _sign_up(browser: Browser, address: str) -> StorageState:
    """The cookies of somebody who has an account and a name."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/sign-up?next=/preferences")
    page.fill("main [name=username]", _NAME)
    page.fill("main [name=password]", _PASSWORD)
    page.press("main [name=password]", "Enter")
    page.wait_for_url("**/preferences")
    page.fill("main [name=name]", _NAME)
    page.press("main [name=name]", "Enter")
    page.wait_for_load_state()
    return _ended(context)


def _ended(context: BrowserContext) -> StorageState:
    state = context.storage_state()
    context.close()
    return state


def _looks(
    browser: Browser, url: str, state: StorageState | None, options: Options
) -> list[Look]:
    return [_look(browser, url, state) for _ in range(options.rounds)]


def _look(browser: Browser, url: str, state: StorageState | None) -> Look:
    """Open *url* with an empty cache on a slow phone."""
    context = browser.new_context(storage_state=state, viewport=_PHONE_SIZE)
    page = context.new_page()
    page.add_init_script(_OBSERVE)
    _slow_down(page)
    page.goto(url)
    page.wait_for_function("() => seen.lcp > 0")
    page.wait_for_timeout(_AFTERMATH_MS)
    seen = page.evaluate("seen")
    context.close()
    return Look(lcp_s=seen["lcp"] / 1000, cls=seen["cls"])


def _slow_down(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", _NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": _CPU_SLOWER})


def _row(title: str, looks: list[Look]) -> list[str]:
    median_s = statistics.median(look.lcp_s for look in looks)
    worst_s = max(look.lcp_s for look in looks)
    cls = max(look.cls for look in looks)
    is_met = median_s <= LCP_GOAL_S and cls <= CLS_GOAL
    return [
        title,
        f"{median_s:.2f} s",
        f"{worst_s:.2f} s",
        f"{cls:.3f}",
        verdict(is_met),
    ]
