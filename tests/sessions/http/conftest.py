"""Fixtures of the tests over HTTP."""

from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from tornado.web import Application

from tests.sessions.http.site import Site, keep
from tests.sessions.http.sockets import open_talk, serve_sockets
from tests.sessions.http.watched import WatchedStore
from tornado_app.sessions import SessionPolicy, Sessions, open_store
from tornado_app.sessions.testing import FakeClock

SECRET = "a secret that is only for the tests of sessions"


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def app():
    return Application([], cookie_secret=SECRET)


@pytest.fixture
async def open_site(app, clock, tmp_path, http_client, base_url):
    """Open a site with the policy of the arguments, on SQLite if not told else."""
    async with AsyncExitStack() as stack:

        async def open_one(url=None, **policy):
            database = tmp_path / "sessions.db"
            store = WatchedStore(open_store(url or f"sqlite:///{database}"))
            sessions = Sessions(store, SessionPolicy(**policy), clock=clock)
            app.settings["sessions"] = await stack.enter_async_context(sessions)
            return Site(app, sessions, store, http_client, base_url, database)

        yield open_one


@pytest.fixture
async def site(open_site):
    return await open_site()


@pytest.fixture
async def connect(http_server):
    """Open WebSockets, `open_talk` each; at the end those still open are closed."""
    talks = []

    async def open_one(*where):
        talks.append(await open_talk(*where))
        return talks[-1]

    yield open_one
    for talk in talks:
        talk.connection.close()


@pytest.fixture
async def talking(open_site, connect):
    """A site with a socket, a browser with a session, their talk."""
    site = await open_site(idle_timeout=timedelta(hours=1))
    site.handler = serve_sockets(site)
    site.on("/begin", get=keep(a=1))
    site.on("/leave", get=lambda handler: handler.session.destroy())
    browser = site.browser()
    await browser.text("/begin")
    return site, browser, await connect(site, browser)
