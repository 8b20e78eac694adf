"""WebSockets for the tests: a handler that obeys its messages, a client."""

import asyncio

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClosedError, WebSocketHandler, websocket_connect

from tornado_app.sessions import SessionWebSocketMixin

ENDED = 1008
"""The code that a socket is closed with when its session has ended."""


class Obedient(SessionWebSocketMixin, WebSocketHandler):
    """Does what a message says and answers what the session holds."""

    handled = None
    closed = None

    async def on_message(self, message):
        self.handled.append(message)
        try:
            await self.obey(message)
        except WebSocketClosedError:
            return  # nobody hears the answer
        except Exception as error:
            self.write_message(f"{type(error).__name__}: {error}")

    async def obey(self, message):
        verb, _, rest = message.partition(" ")
        if verb == "set":
            self.session["told"] = rest
        elif verb in ("save", "reload"):
            await getattr(self.session, verb)()
        elif verb in ("destroy", "renew"):
            getattr(self.session, verb)()
        elif verb == "sign-in":
            self.session.sign_in(rest)
        self.write_message(dict(self.session))

    def open(self):
        """No super()."""

    def on_close(self):
        self.closed.append((self.close_code, self.close_reason))


class Talk:
    """One socket as its client sees it."""

    def __init__(self, connection):
        self.connection = connection

    async def say(self, message):
        """Send *message*; return the answer, None once the socket is closed."""
        await self.connection.write_message(message)
        return await self.heard()

    async def heard(self):
        return await asyncio.wait_for(self.connection.read_message(), 3)

    @property
    def code(self):
        return self.connection.close_code


def serve_sockets(site, path="/socket", **methods):
    """Serve `Obedient`; return the handler with the messages that it handled."""
    methods = {"handled": [], "closed": []} | methods
    return site.on(path, base=Obedient, **methods)


async def open_talk(site, browser, path="/socket"):
    url = site.base_url.replace("http", "ws") + path
    cookies = "; ".join(f"{name}={text}" for name, text in browser.cookies.items())
    request = HTTPRequest(url, headers={"Cookie": cookies} if cookies else {})
    return Talk(await websocket_connect(request))


def handle_of(site):
    [handle] = site.rows("select handle from sessions")
    return handle
