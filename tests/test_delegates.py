"""What stands between the server and the one that answers."""

import asyncio

from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, RequestStartLine

from tornado_app.delegates import PassedOn


class Noting(HTTPMessageDelegate):
    """Notes what it is told, and answers with futures of its own."""

    def __init__(self):
        self.told = []
        self.read, self.more = asyncio.Future(), asyncio.Future()

    def headers_received(self, start_line, headers):
        self.told.append((start_line, headers))
        return self.read

    def data_received(self, chunk):
        self.told.append(chunk)
        return self.more

    def finish(self):
        self.told.append("finish")

    def on_connection_close(self):
        self.told.append("close")


async def test_everything_is_passed_on_and_so_is_what_comes_back():
    inner = Noting()
    line = RequestStartLine("GET", "/", "HTTP/1.1")
    headers = HTTPHeaders({"Host": "localhost"})
    passed = PassedOn(inner)

    assert passed.headers_received(line, headers) is inner.read
    assert passed.data_received(b"x") is inner.more
    passed.finish()
    passed.on_connection_close()

    assert inner.told == [(line, headers), b"x", "finish", "close"]
