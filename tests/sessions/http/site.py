"""A small site whose pages are functions that a test writes where it needs them."""

import asyncio
import sqlite3

from tornado.web import RequestHandler

from tests.sessions.http.browser import Browser
from tornado_app.sessions import SessionMixin


async def until(condition):
    """Wait until *condition* is true: a moment mostly, a few seconds at most."""
    async with asyncio.timeout(4):
        while True:
            if condition():
                return
            await asyncio.sleep(0.001)


class Page(SessionMixin, RequestHandler):
    """A handler with a session that answers in plain text."""

    async def prepare(self):
        await super().prepare()
        self.settings["begun"] += 1

    def set_default_headers(self):
        self.set_header("Content-Type", "text/plain; charset=UTF-8")


class Site:
    """Serves pages, hands out browsers, looks into the store's file."""

    def __init__(self, app, sessions, store, http_client, base_url, database):
        self.app = app
        self.sessions = sessions
        self.store = store
        self.http_client = http_client
        self.base_url = base_url
        self.database = database
        app.settings["begun"] = 0

    def on(self, path, base=Page, **methods):
        """Serve *path* by functions of the handler, each named after its method."""
        handler = type("TestPage", (base,), methods)
        self.app.add_handlers(".*", [(path, handler)])
        return handler

    @property
    def begun(self):
        """How many requests have loaded their session so far."""
        return self.app.settings["begun"]

    async def begin(self, browser, path="/"):
        """Return a request to *path* that has loaded its session and is under way."""
        before = self.begun
        answer = asyncio.ensure_future(browser.get(path))
        await until(lambda: self.begun > before)
        return answer

    def browser(self, **cookies):
        return Browser(self.http_client, self.base_url, cookies)

    def rows(self, sql="select data from sessions"):
        """What a second connection reads from the file right now."""
        with sqlite3.connect(self.database) as database:
            found = database.execute(sql).fetchall()
        database.close()
        return [row[0] for row in found]

    def connect(self):
        """Open a bare connection; await it for a reader and a writer."""
        port = int(self.base_url.rsplit(":", 1)[1])
        return asyncio.open_connection("localhost", port)

    async def talk(self, text):
        """Send *text* on a bare connection; return all that comes until its end."""
        reader, writer = await self.connect()
        writer.write(text.encode("latin-1"))
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        return answer.decode("latin-1")


def count(handler):
    """Count this visit and say which it is."""
    handler.session["visits"] = handler.session.get("visits", 0) + 1
    handler.write(str(handler.session["visits"]))


def show(handler):
    """Say what the session holds, without changing it."""
    handler.write(dict(handler.session))


def keep(**values):
    """Return a method that stores *values* and answers ``kept``."""

    def method(handler):
        handler.session.update(values)
        handler.write("kept")

    return method
