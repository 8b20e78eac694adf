"""Fixtures: the real program, a hostile host beside it, a browser that sees both."""

import pytest

from tests.browser.conftest import browser  # noqa: F401 - fixture
from tests.programs import server
from tests.security.browser.crossroads import crossroads


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The program; it says nothing, for nobody reads it meanwhile."""
    folder = tmp_path_factory.mktemp("site")
    quiet = ("--trusted-proxies=127.0.0.1", "--log-level=error")
    with server(folder, *quiet) as running:
        yield running
        assert running.stop() == 0, running.errors


@pytest.fixture
def street(site):
    with crossroads(site.port) as street:
        yield street


@pytest.fixture
def visit(browser):  # noqa: F811 - fixture
    """Open a page of a browser of one's own."""
    contexts = []

    def open_one(**options):
        contexts.append(browser.new_context(locale="en-US", **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        return page

    yield open_one
    for context in contexts:
        context.close()
