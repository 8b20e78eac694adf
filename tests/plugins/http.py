"""The server under test and a client that reads its pages strictly."""

import asyncio
import socket

import pytest
from tornado.httpclient import HTTPClientError
from tornado.httpserver import HTTPServer
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from tests.html_check import check_response


class StrictClient(SimpleAsyncHTTPClient):
    """Fails a test whose server answers with broken HTML, whatever the test is for."""

    def fetch(self, request, raise_error=True, **options):
        answer = super().fetch(request, raise_error, **options)
        return asyncio.ensure_future(checked(answer))


async def checked(answer):
    try:
        response = await answer
    except HTTPClientError as error:
        if error.response is not None:
            check_response(error.response)
        raise
    check_response(response)
    return response


@pytest.fixture
def listening():
    """A socket for a server that a test makes itself."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture
def http_server(io_loop, _unused_port, app):
    """A server of the test's own ``app`` fixture, on a free port."""
    listening, _ = _unused_port

    async def start():
        server = HTTPServer(app)
        server.add_socket(listening)
        return server

    async def stop():
        server.stop()
        await server.close_all_connections()

    server = io_loop.run_sync(start)
    yield server
    io_loop.run_sync(stop)


@pytest.fixture
def http_client(io_loop, http_server):
    """A client for `http_server`."""

    async def start():
        return StrictClient(force_instance=True)

    client = io_loop.run_sync(start)
    yield client
    client.close()


@pytest.fixture
def base_url(http_port):
    """Where `http_server` listens, without a slash at the end."""
    return f"http://localhost:{http_port}"
