"""The handlers of a page, served and visited as a browser would."""

import ast
import inspect
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tornado.httpclient import HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.simple_httpclient import SimpleAsyncHTTPClient
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler, websocket_connect

from tests.docs.pages import ROOT, blocks, page
from tornado_app.sessions import SessionMixin, Sessions, open_store

SECRET = "a secret of the documentation, long enough"
FORM = {"name": "Ada", "username": "ada", "item": "tea", "next": "/"}
PROGRAM = "asyncio.run("
"""What marks a block that is a program by itself."""

METHODS = ("get", "post", "put", "delete")


async def run_page(name):
    """Run the blocks of a page from top to bottom; return the names that they leave."""
    names = {"__name__": "the_page"}
    for block in blocks(page(name)):
        if PROGRAM in block.source:
            continue
        # As many empty lines as stand above it: a traceback then names the page's line.
        source = "\n" * (block.line - 1) + block.source
        program = compile(
            source, str(ROOT / name), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        )
        unfinished = eval(program, names)  # noqa: S307 - written by us
        if inspect.isawaitable(unfinished):
            await unfinished
    return names


def handlers(names):
    """The handlers among *names* that answer something, in the order of the page."""
    found = [each for each in names.values() if is_handler(each)]
    return [
        each for each in found if methods(each) or issubclass(each, WebSocketHandler)
    ]


def is_handler(value):
    return (
        isinstance(value, type)
        and issubclass(value, RequestHandler)
        and issubclass(value, SessionMixin)
        and value.__module__ == "the_page"
    )


def methods(handler):
    return [method for method in METHODS if method in vars(handler)]


class Visitor:
    """One browser at a site, with its cookies."""

    def __init__(self, port):
        self.address = f"localhost:{port}"
        self.client = SimpleAsyncHTTPClient(force_instance=True)
        self.cookies = SimpleCookie()

    async def send(self, method, path):
        """Ask for *path*; return status and text. A form holds all that pages ask."""
        response = await self.client.fetch(
            f"http://{self.address}{path}",
            method=method.upper(),
            body=urlencode(FORM) if method in ("post", "put") else None,
            headers=self.headers(),
            follow_redirects=False,
            raise_error=False,
        )
        for line in response.headers.get_list("Set-Cookie"):
            self.cookies.load(line)
        return response.code, response.body.decode()

    async def say(self, path, message):
        """Open a WebSocket and send *message*; return the answer."""
        request = HTTPRequest(f"ws://{self.address}{path}", headers=self.headers())
        socket = await websocket_connect(request)
        await socket.write_message(message)
        answer = await socket.read_message()
        socket.close()
        return answer

    def headers(self):
        pairs = [f"{name}={each.value}" for name, each in self.cookies.items()]
        return {"Cookie": "; ".join(pairs)} if pairs else {}


@asynccontextmanager
async def serve(found):
    """A visitor at a site where each handler has its own name as its path."""
    socket, port = bind_unused_port()
    async with Sessions(open_store("memory://")) as sessions:
        routes = [(f"/{each.__name__}", each) for each in found]
        server = HTTPServer(
            Application(routes, cookie_secret=SECRET, sessions=sessions)
        )
        server.add_socket(socket)
        visitor = Visitor(port)
        yield visitor
        visitor.client.close()
        server.stop()
        await server.close_all_connections()
