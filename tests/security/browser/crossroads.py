"""Owns a street with two houses: our site, and beside it somebody who means it harm.

Both are hosts below ``site.localhost``, which Chromium takes for one site and finds on
this machine. Ours stands behind a proxy that says https: browsers trust localhost, so
``Secure`` and ``__Host-`` cookies are as they are in the world.
"""

import http.client
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

APP, EVIL, DOMAIN = "app.site.localhost", "evil.site.localhost", "site.localhost"


class Seen(NamedTuple):
    """A request that came to our site, and how it was answered."""

    method: str
    path: str
    headers: dict
    status: int

    @property
    def is_forged(self):
        return EVIL in self.headers.get("origin", "") + self.headers.get("referer", "")


class Crossroads(ThreadingHTTPServer):
    """Passes on what is for our site, and answers for the other one itself."""

    daemon_threads = True

    def __init__(self, site_port):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site_port = site_port
        self.pages = {}
        """What the other one answers, by path: headers (pairs) and a page."""
        self.seen = []

    def url(self, host, path="/"):
        return f"http://{host}:{self.server_port}{path}"

    @property
    def forged(self):
        """What came to our site from the other one."""
        return [each for each in self.seen if each.is_forged]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65_536  # head and page in one packet
    disable_nagle_algorithm = True

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except ConnectionError:  # the browser has left the page
            self.close_connection = True

    def log_message(self, *_words):
        pass

    def _answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Host", "").startswith(APP):
            self._pass_on(body)
        else:
            headers, page = self.server.pages.get(self.path, ([], ""))
            self._send(200, [("Content-Type", "text/html"), *headers], page.encode())

    def _pass_on(self, body):
        site = http.client.HTTPConnection("127.0.0.1", self.server.site_port)
        headers = dict(self.headers.items()) | {"X-Forwarded-Proto": "https"}
        headers |= {"Connection": "close", "X-Forwarded-For": "192.0.2.1"}
        site.request(self.command, self.path, body, headers)
        answer = site.getresponse()
        seen = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append(Seen(self.command, self.path, seen, answer.status))
        left_out = {"connection", "content-length", "transfer-encoding"}
        kept = [pair for pair in answer.getheaders() if pair[0].lower() not in left_out]
        self._send(answer.status, kept, answer.read())
        site.close()

    def _send(self, status, headers, body):
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304):
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer


@contextmanager
def crossroads(site_port):
    """Serve both hosts while the block runs."""
    server = Crossroads(site_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
