"""A small site that serves one port with several processes: ``site COUNT STORE-URL``.

Every process has a listening socket of its own (SO_REUSEPORT), so that the system
spreads new connections over all of them.
"""

import asyncio
import os
import signal
import socket
import sys

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler
from tornado.websocket import WebSocketHandler

from tornado_app.processes import Processes
from tornado_app.sessions import (
    SessionMixin,
    SessionPolicy,
    Sessions,
    SessionWebSocketMixin,
    open_store,
)

SECRET = "the secret of a small site that no one else ever knows"


class BaseHandler(SessionMixin, RequestHandler):
    """Says which process answers."""

    def set_default_headers(self):
        self.set_header("Process", os.getpid())


class SignInHandler(BaseHandler):
    """Signs a user in; answers with the handle."""

    def post(self, user):
        self.session.sign_in(user)
        self.write(self.session.handle)


class WhoHandler(BaseHandler):
    """Tells a signed-in user who that is; 403 for anybody else."""

    def get(self):
        if self.session.user is None:
            raise HTTPError(403)
        self.write(self.session.user)


class SignOutHandler(BaseHandler):
    """Ends the session that asks."""

    def post(self):
        self.session.destroy()


class RevokeHandler(BaseHandler):
    """Ends the session of a handle."""

    async def post(self, handle):
        self.write({"revoked": await self.sessions.revoke(handle)})


class RevokeUserHandler(BaseHandler):
    """Ends every session of a user."""

    async def post(self, user):
        self.write({"revoked": await self.sessions.revoke_user(user)})


class SocketHandler(SessionWebSocketMixin, WebSocketHandler):
    """Stays open for as long as the session lives; says which process has it."""

    def open(self):
        self.write_message(str(os.getpid()))

    def on_message(self, message):
        self.write_message(message)


ROUTES = [
    ("/sign-in/(.+)", SignInHandler),
    ("/who", WhoHandler),
    ("/sign-out", SignOutHandler),
    ("/revoke/(.+)", RevokeHandler),
    ("/revoke-user/(.+)", RevokeUserHandler),
    ("/socket", SocketHandler),
]


async def serve(store_url, port, parent):
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    loop.add_reader(parent.leash, os._exit, 1)
    async with Sessions(open_store(store_url), SessionPolicy()) as sessions:
        site = Application(
            ROUTES,
            cookie_secret=SECRET,
            sessions=sessions,
            # Nobody reads on, and a full pipe would hold the process up.
            log_function=lambda handler: None,
        )
        server = HTTPServer(site)
        server.add_sockets(bind_sockets(port, "127.0.0.1", reuse_port=True))
        parent.hear_that_requests_are_accepted()
        await stopping.wait()
        server.stop()
        await server.close_all_connections()


def main(count, store_url):
    with (
        socket.socket() as reserved
    ):  # keeps the port; without listening it gets nobody
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        Processes(
            int(count),
            lambda parent: asyncio.run(serve(store_url, port, parent)),
            all_accept=lambda: print(f"Listening on http://127.0.0.1:{port}/"),
            stop=lambda: None,
        ).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
