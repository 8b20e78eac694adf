"""Whose X-Forwarded headers are believed."""

import json
from ipaddress import ip_network

import pytest
from tornado.web import Application, RequestHandler

from tornado_app.proxies import ForwardedRouter

TRUSTED = [ip_network(each) for each in ("127.0.0.1", "10.0.0.0/8", "2001:db8::/32")]
PEER = "127.0.0.1"  # where the tests' requests come from


class ClientHandler(RequestHandler):
    """Answers with what the application believes of its client."""

    def get(self):
        self.write({"client": self.request.remote_ip, "scheme": self.request.protocol})


@pytest.fixture
def app():
    return ForwardedRouter(Application([("/", ClientHandler)]), TRUSTED)


@pytest.fixture
def seen(http_client, base_url):
    """Ask with headers; return the client and the scheme that the application saw."""

    async def ask(**headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = await http_client.fetch(f"{base_url}/", headers=named)
        answer = json.loads(response.body)
        return answer["client"], answer["scheme"]

    return ask


async def test_without_the_headers_the_peer_is_the_client(seen):
    assert await seen() == (PEER, "http")


async def test_a_trusted_proxy_names_client_and_scheme(seen):
    answer = await seen(X_Forwarded_For="192.0.2.7", X_Forwarded_Proto="https")

    assert answer == ("192.0.2.7", "https")


async def test_the_next_request_of_the_connection_begins_anew(seen):
    await seen(X_Forwarded_For="192.0.2.7", X_Forwarded_Proto="https")

    assert await seen() == (PEER, "http")


@pytest.mark.parametrize(
    ("hops", "client"),
    [
        ("192.0.2.7, 10.0.0.2", "192.0.2.7"),
        ("192.0.2.7,10.1.1.1 ,2001:db8::1", "192.0.2.7"),
        ("198.51.100.9, 192.0.2.7", "192.0.2.7"),
        ("127.0.0.1, 192.0.2.7", "192.0.2.7"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:DB9::0:7", "2001:db9::7"),
    ],
)
async def test_the_client_is_the_first_hop_from_the_right_that_is_not_trusted(
    seen, hops, client
):
    assert (await seen(X_Forwarded_For=hops))[0] == client


@pytest.mark.parametrize(
    ("hops", "client"),
    [
        ("unknown", PEER),
        ("", PEER),
        (" , ", PEER),
        ("192.0.2.7:80", PEER),
        ("192.0.2.300", PEER),
        ("fe80::1%<b>", PEER),
        ("192.0.2.7, <script>, 10.0.0.2", "10.0.0.2"),
    ],
)
async def test_the_walk_ends_before_a_hop_that_is_no_address(seen, hops, client):
    assert (await seen(X_Forwarded_For=hops))[0] == client


@pytest.mark.parametrize(
    ("value", "scheme"),
    [
        ("https", "https"),
        ("HTTPS", "https"),
        ("https, http", "http"),
        ("http,https", "https"),
        ("ftp", "http"),
        ("", "http"),
        ("https;x", "http"),
    ],
)
async def test_only_the_last_scheme_counts_and_only_a_real_one(seen, value, scheme):
    assert (await seen(X_Forwarded_Proto=value))[1] == scheme


async def test_no_other_header_is_believed(seen):
    answer = await seen(
        X_Real_Ip="192.0.2.7", X_Scheme="https", Forwarded="for=192.0.2.7;proto=https"
    )

    assert answer == (PEER, "http")


class TestAStranger:
    """What somebody says who is no trusted proxy."""

    @pytest.fixture
    def app(self):
        trusted = [ip_network("10.0.0.0/8")]
        return ForwardedRouter(Application([("/", ClientHandler)]), trusted)

    async def test_a_stranger_is_not_believed(self, seen):
        answer = await seen(X_Forwarded_For="192.0.2.7", X_Forwarded_Proto="https")

        assert answer == (PEER, "http")

    async def test_a_stranger_who_names_a_trusted_proxy_is_not_believed(self, seen):
        assert await seen(X_Forwarded_For="192.0.2.7, 10.0.0.1") == (PEER, "http")
