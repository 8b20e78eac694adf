"""A site whose requests wait for each other, so that they really are at once."""

import asyncio

from tornado.simple_httpclient import SimpleAsyncHTTPClient
from tornado.web import Application, RequestHandler

from tornado_app.sessions import SessionMixin

from .acts import increment

CROWD = 100


class Page(SessionMixin, RequestHandler):
    """All that come wait, session in hand, until as many are there as are expected."""

    async def prepare(self):
        await super().prepare()
        barrier = self.settings["barrier"]
        if barrier is not None:
            await barrier.wait()


class Key(Page):
    def post(self, key):
        self.session[key] = key


class Count(Page):
    async def post(self, times):
        for _ in range(int(times)):
            await self.session.transaction(increment)


class Name(Page):
    def get(self):
        self.write(self.session.get("name", "stranger"))

    def post(self):
        self.session["name"] = "Ada"


class SignIn(Page):
    def post(self, user):
        self.session.sign_in(user)


class Everything(Page):
    def get(self):
        self.write(dict(self.session))


def make_site(sessions):
    return Application(
        [
            (r"/key/(\w+)", Key),
            (r"/count/(\d+)", Count),
            ("/name", Name),
            (r"/sign-in/(\w+)", SignIn),
            ("/everything", Everything),
        ],
        cookie_secret="0123456789abcdef" * 2,
        sessions=sessions,
        barrier=None,
    )


# How long a test may take is said at the test.
PATIENCE = {"connect_timeout": 0, "request_timeout": 0}


class Crowd:
    """Many clients of one site."""

    def __init__(self, app, base_url):
        self._app = app
        self._base_url = base_url
        self._client = SimpleAsyncHTTPClient(
            force_instance=True, max_clients=CROWD, defaults=PATIENCE
        )

    def close(self):
        self._client.close()

    async def fetch(self, path, *, method="GET", cookie=None):
        """Return the response to one request."""
        return await self._client.fetch(
            self._base_url + path,
            method=method,
            body=None if method == "GET" else "",
            headers={} if cookie is None else {"Cookie": cookie},
        )

    async def fetch_at_once(self, paths, **how):
        """Return the responses to requests that are all loaded before one goes on."""
        self._app.settings["barrier"] = asyncio.Barrier(len(paths))
        try:
            return await asyncio.gather(*(self.fetch(path, **how) for path in paths))
        finally:
            self._app.settings["barrier"] = None


def cookie_of(response):
    """What a browser sends back after *response*; None if it sets no cookie."""
    line = response.headers.get("Set-Cookie")
    return None if line is None else line.split(";")[0]
