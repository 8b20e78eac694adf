"""The pictures of the pages that the README shows.

Run by ``dev.py pictures``, in the environment. The site runs here under a clock of its
own, so that the pictures change only when the pages do.
"""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from tools import chromium, debian
from tools.environment import ROOT, say
from tornado_app.accounts import Accounts
from tornado_app.accounts_url import open_account_store
from tornado_app.application import make_app
from tornado_app.known_devices import KnownDevices
from tornado_app.sessions import Sessions, open_store
from tornado_app.settings import Settings

IMAGES = ROOT / "docs" / "images"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

_PASSWORD = "correct horse battery staple"  # noqa: S105 - of nobody
_SECRET = "a secret that is only for the pictures of the README"  # noqa: S105
_LAPTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
_PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/605"
# RFC 5737: addresses for documentation.
_HOME, _ON_THE_WAY = "192.0.2.17", "198.51.100.4"


class Clock:
    """The time in the pictures, which moves when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 18, 40, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def main() -> int:
    """Make every picture; return the exit status."""
    provide_fonts()
    path = chromium.find()
    if path is None:
        say("The pictures need Chromium (Debian: apt install chromium).")
        return 1
    clock = Clock()
    with TemporaryDirectory() as folder:
        async with _site(clock, Path(folder)) as address, async_playwright() as tools:
            options = ["--no-sandbox", "--hide-scrollbars"]
            browser = await tools.chromium.launch(executable_path=path, args=options)
            await _take_all(browser, address, clock)
            await browser.close()
    return 0


def provide_fonts() -> None:
    """Install letters for the names of all languages, where that needs no question."""
    fc_list = shutil.which("fc-list")
    if fc_list is None or not debian.can_install():
        return
    japanese = subprocess.run([fc_list, ":lang=ja"], capture_output=True, check=False)
    if not japanese.stdout:
        debian.install("fonts-ipafont-gothic")


@asynccontextmanager
async def _site(clock: Clock, folder: Path) -> AsyncIterator[str]:
    settings = Settings(store="memory://")
    accounts = Accounts(
        open_account_store(f"sqlite:///{folder}/accounts.db"),
        clock=clock,
        devices=KnownDevices([_SECRET]),
    )
    policy = settings.session_policy()
    sessions = Sessions(open_store(settings.store), policy, clock=clock)
    async with sessions, accounts:
        application = make_app(
            settings, sessions=sessions, accounts=accounts, secrets=[_SECRET]
        )
        # The pictures' visitors say themselves where they come from.
        server = HTTPServer(application, xheaders=True)
        socket, port = bind_unused_port()
        server.add_socket(socket)
        yield f"http://127.0.0.1:{port}"
        server.stop()
        await server.close_all_connections()


async def _take_all(browser: Browser, address: str, clock: Clock) -> None:
    """Live through some days with Ada, and take the pictures on the last of them."""
    context = await _browser_of(browser, address, _LAPTOP, _HOME)
    page = await context.new_page()
    await _sign_up(page)
    await _visit_often(page, clock)
    phone = await _browser_of(browser, address, _PHONE, _ON_THE_WAY)
    await _sign_in(await phone.new_page())
    await page.goto("/account")  # where it is told of the new device
    clock.now += timedelta(days=3, hours=14, minutes=50)
    for name, path in (("greeting", "/"), ("sessions", "/sessions")):
        await page.goto(path)
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme)
            await page.screenshot(path=IMAGES / f"{name}-{scheme}.png")


async def _browser_of(
    browser: Browser, address: str, user_agent: str, place: str
) -> BrowserContext:
    return await browser.new_context(
        base_url=address,
        locale="en-GB",
        user_agent=user_agent,
        extra_http_headers={
            "X-Real-Ip": place,
            "Sec-CH-UA-Platform": "",
            "Sec-CH-UA": "",
        },
        viewport={"width": 960, "height": 900},
        device_scale_factor=1.5,
    )


async def _sign_up(page: Page) -> None:
    await _enter(page, "/sign-up?next=/preferences")
    await page.fill("main [name=name]", "Ada")
    await page.select_option("main [name=time_zone]", "Europe/London")
    await page.press("main [name=name]", "Enter")
    await page.wait_for_load_state()


async def _sign_in(page: Page) -> None:
    await _enter(page, "/sign-in")


async def _enter(page: Page, path: str) -> None:
    await page.goto(path)
    await page.fill("main [name=username]", "ada")
    await page.fill("main [name=password]", _PASSWORD)
    async with page.expect_navigation():
        await page.press("main [name=password]", "Enter")


async def _visit_often(page: Page, clock: Clock) -> None:
    for _ in range(6):
        clock.now += timedelta(minutes=5)
        await page.goto("/")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
