"""The site behind a real nginx, configured as the documentation says."""

import http.client
import re
import signal
import ssl

import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from tests.programs import server
from tests.servers.nginx import ADDRESS, nginx
from tests.sessions.processes import reach

TRUSTING = ("--processes=2", f"--trusted-proxies={ADDRESS}")
VISITOR = "127.0.0.3"


@pytest.fixture
def folder(tmp_path):
    """For nginx alone."""
    (tmp_path / "nginx").mkdir()
    return tmp_path / "nginx"


@pytest.fixture
def site(tmp_path):
    with server(tmp_path, *TRUSTING) as running:
        yield running
        assert running.stop() == 0


@pytest.fixture
def proxy(folder, site):
    with nginx(folder, site.port) as proxy:
        yield proxy


class Browser:
    """Talks TLS to nginx, from an address of its own, and keeps cookies."""

    def __init__(self, proxy):
        self.proxy = proxy
        self.jar = {}

    def asks(self, method="GET", path="/", body=None, **headers):
        """Ask on a new connection; return the answer with its text read."""
        connection = http.client.HTTPSConnection(
            "localhost",
            self.proxy.https_port,
            timeout=20,
            context=ssl.create_default_context(cafile=self.proxy.certificate),
            source_address=(VISITOR, 0),
        )
        cookies = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Cookie": cookies} | given)
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        answer.cookies = answer.headers.get_all("Set-Cookie") or []
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.jar[name] = value
        connection.close()
        return answer

    def says_a_name(self, name):
        """Fill in the form as a browser does, which names its origin."""
        token = re.search(r'name="_xsrf" value="([^"]+)"', self.asks().text)[1]
        return self.asks(
            "POST",
            body=f"_xsrf={token}&name={name}",
            Content_Type="application/x-www-form-urlencoded",
            Origin=f"https://localhost:{self.proxy.https_port}",
            Sec_Fetch_Site="same-origin",
        )


def address_in_the_log(site, path):
    """Whom the site's log names as the visitor."""
    asked = re.compile(rf"GET {path} \(([^)]+)\)")
    while not (found := asked.search(site.next_error_line())):
        pass
    return found[1]


def test_the_cookie_is_bound_to_the_host_and_to_https(proxy):
    browser = Browser(proxy)

    answer = browser.says_a_name("Ada")

    assert answer.status == 303
    (cookie,) = [each for each in answer.cookies if "session" in each]
    assert cookie.startswith("__Host-session=")
    assert "; Secure" in cookie
    assert "; Path=/" in cookie
    assert "omain=" not in cookie


def test_a_visitor_is_known_at_every_later_request(proxy):
    browser = Browser(proxy)
    browser.says_a_name("Ada")

    for _ in range(20):
        assert "Hello, Ada!" in browser.asks().text


def test_plain_http_is_sent_to_https(proxy):
    connection = http.client.HTTPConnection("127.0.0.1", proxy.http_port, timeout=20)
    connection.request("GET", "/preferences?a=1", headers={"Host": "localhost"})

    answer = connection.getresponse()

    assert answer.status == 308
    assert answer.headers["Location"] == "https://localhost/preferences?a=1"
    connection.close()


def test_a_page_of_a_session_is_not_to_be_cached(proxy):
    browser = Browser(proxy)
    browser.says_a_name("Ada")

    answer = browser.asks()

    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]


def test_the_visitors_address_is_the_one_that_nginx_saw(proxy, site):
    Browser(proxy).asks(path="/nowhere-1")

    assert address_in_the_log(site, "/nowhere-1") == VISITOR


@pytest.mark.parametrize("forged", ["6.6.6.6", "6.6.6.6, 127.0.0.2", "127.0.0.2"])
def test_an_address_that_the_visitor_claims_counts_for_nothing(proxy, site, forged):
    Browser(proxy).asks(path="/nowhere-2", X_Forwarded_For=forged)

    assert address_in_the_log(site, "/nowhere-2") == VISITOR


def test_whoever_goes_around_nginx_is_not_believed(proxy, site):
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    forged = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https"}
    connection.request("GET", "/nowhere-3", headers=forged)
    connection.getresponse().read()
    connection.request("GET", "/", headers=forged)
    answer = connection.getresponse()
    answer.read()

    assert address_in_the_log(site, "/nowhere-3") == "127.0.0.1"
    cookies = answer.headers.get_all("Set-Cookie")
    assert cookies
    assert not any("__Host-" in cookie or "Secure" in cookie for cookie in cookies)
    connection.close()


def test_a_scheme_that_the_visitor_claims_counts_for_nothing(proxy):
    browser = Browser(proxy)
    browser.asks(X_Forwarded_Proto="http")

    assert browser.jar
    assert all(name.startswith("__Host-") for name in browser.jar)


def test_a_host_that_is_killed_is_passed_over(tmp_path, folder):
    with (
        server(tmp_path, *TRUSTING) as first,
        server(tmp_path, *TRUSTING) as second,
        nginx(folder, first.port, second.port) as proxy,
    ):
        browser = Browser(proxy)
        browser.says_a_name("Ada")
        first.process.send_signal(signal.SIGKILL)
        first.process.wait(20)

        pages = [browser.asks() for _ in range(30)]

        assert {page.status for page in pages} == {200}
        assert all("Hello, Ada!" in page.text for page in pages)
        assert second.stop() == 0


def test_a_host_that_is_restarted_is_not_noticed(tmp_path, folder):
    with (
        server(tmp_path, *TRUSTING) as first,
        server(tmp_path, *TRUSTING) as second,
        nginx(folder, first.port, second.port) as proxy,
    ):
        browser = Browser(proxy)
        browser.says_a_name("Ada")
        first.process.send_signal(signal.SIGTERM)
        pages = [browser.asks() for _ in range(30)]

        assert {page.status for page in pages} == {200}
        assert first.exit_code() == 0
        assert second.stop() == 0


async def test_a_websocket_passes_and_closes_with_its_session(tmp_path, folder):
    with reach.site("sqlite", tmp_path) as site, nginx(folder, site.port) as proxy:
        visitor, handle = await reach.signed_in_everywhere(site.port)
        request = HTTPRequest(
            f"wss://localhost:{proxy.https_port}/socket",
            headers={"Cookie": visitor.cookie},
            ca_certs=str(proxy.certificate),
        )
        socket = await websocket_connect(request)
        assert (await socket.read_message()).isdigit()
        await socket.write_message("Hello")
        assert await socket.read_message() == "Hello"

        await reach.end_by_revoke(visitor, handle)

        assert await socket.read_message() is None
        assert socket.close_code == 1008
        socket.close()
