"""The browser: Debian's own Chromium, driven by Playwright."""

import functools
import os

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.gallery import OPTIONS, OPTIONS_WITHOUT_STORE, Gallery
from tests.browser.operator import reset_link
from tests.programs import server
from tools import chromium

ARGUMENTS = [
    "--no-sandbox",  # it refuses to start as root with one
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def chromium_path():
    """Where Chromium is; without one, fails where it has to be there, else skips."""
    if path := chromium.find():
        return path
    reason = "no Chromium on this machine: apt-get install chromium"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    return pytest.skip(reason)


@pytest.fixture(scope="module")
def browser():
    # Of the module: Playwright's loop would stand in the way of every test after it.
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def gallery(browser, tmp_path_factory):
    """Every page in every state, from a site with a store and one without."""
    folder, other = (tmp_path_factory.mktemp(name) for name in ("site", "storeless"))
    with (
        server(folder, *OPTIONS) as site,
        server(other, *OPTIONS_WITHOUT_STORE) as lost,
    ):
        yield Gallery(
            browser,
            f"http://127.0.0.1:{site.port}",
            without_store=f"http://127.0.0.1:{lost.port}",
            reset_link_of=functools.partial(reset_link, folder),
        )
        assert site.stop() == 0, site.errors
