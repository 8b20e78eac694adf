"""Visitors of the real program, and a look at what it keeps of them."""

import re
import urllib.parse
import urllib.request


class Visitor:
    """A browser as far as cookies and one form go."""

    def __init__(self):
        jar = urllib.request.HTTPCookieProcessor()
        self.browser = urllib.request.build_opener(jar)

    def opens(self, running, data=None):
        url = f"http://127.0.0.1:{running.port}/"
        with self.browser.open(url, data, timeout=10) as page:
            return page.read().decode()

    def says_a_name(self, running, name):
        token = re.search(r'name="_xsrf" value="([^"]+)"', self.opens(running))[1]
        form = urllib.parse.urlencode({"_xsrf": token, "name": name})
        assert f"Hello, {name}!" in self.opens(running, form.encode())


def rows(database):
    return database.execute("SELECT count(*) FROM sessions").fetchone()[0]


def half_a_request(running):
    """A connection on which a form was begun: its headers and half of its body."""
    connection = running.connect()
    connection.sendall(
        b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n"
        b"Expect: 100-continue\r\nContent-Length: 8\r\n\r\nname"
    )
    # Only a server that has read the headers answers this (RFC 9110 §10.1.1).
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += connection.recv(1)
    assert answer.startswith(b"HTTP/1.1 100")
    return connection
