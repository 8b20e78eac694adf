"""Who prepares a request, and in which order."""

import pytest
from tornado.web import ErrorHandler, HTTPError, RequestHandler

from tests.sessions.http.site import count
from tornado_app.sessions import SessionMixin


class Guarded(RequestHandler):
    """An application's base from before it had sessions."""

    def prepare(self):
        if not self.session.get("visits"):
            raise HTTPError(401)


class GuardedLater(RequestHandler):
    async def prepare(self):
        Guarded.prepare(self)


@pytest.mark.parametrize("base", [Guarded, GuardedLater])
@pytest.mark.parametrize("url", ["memory://", None])
async def test_the_guard_of_a_base_is_asked_once_the_session_is_there(
    open_site, base, url
):
    site = await open_site(url)
    site.on("/", get=count)
    base = type("Page", (SessionMixin, base), {})
    site.on("/guarded", base=base, get=lambda handler: handler.write("secret"))
    browser = site.browser()

    assert (await browser.get("/guarded")).code == 401
    await browser.get("/")
    assert await browser.text("/guarded") == "secret"


async def test_tornados_own_handlers_do_what_they_do(site):
    gone = type("Gone", (SessionMixin, ErrorHandler), {})
    site.app.add_handlers(".*", [("/gone", gone, {"status_code": 410})])

    assert (await site.browser().get("/gone")).code == 410
