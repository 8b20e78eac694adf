"""Tests of the site behind a proxy that speaks https."""

from ipaddress import ip_network

import pytest

from tests.handlers.conftest import SECRET
from tests.handlers.visitor import Visitor, text_of
from tornado_app.application import make_app
from tornado_app.proxies import ForwardedRouter

LOOPBACK = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
HTTPS = {"X-Forwarded-Proto": "https"}


class SafeVisitor(Visitor):
    """A visitor whose proxy says that the browser speaks https."""

    async def send(self, method, path, *, headers, body=None):
        return await super().send(method, path, headers=HTTPS | headers, body=body)


@pytest.fixture
def app(site_settings, sessions, accounts):
    application = make_app(
        site_settings, sessions=sessions, accounts=accounts, secrets=[SECRET]
    )
    return ForwardedRouter(application, LOOPBACK)


@pytest.fixture
def visitor(http_client, base_url):
    return SafeVisitor(http_client, base_url)


async def test_every_response_asks_for_https_from_now_on(visitor):
    for path in ("/", "/nowhere", "/robots.txt", "/healthz", "/preferences/reset"):
        response = await visitor.get(path)
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_every_cookie_is_this_host_s_alone(visitor):
    response = await visitor.get("/")
    lines = response.headers.get_list("Set-Cookie")
    lines += (await visitor.post("/", {"name": "Ada"})).headers.get_list("Set-Cookie")

    assert [line.partition("=")[0] for line in lines] == [
        "__Host-_xsrf",
        "__Host-session",
    ]
    for line in lines:
        attributes = {part.strip().lower() for part in line.split(";")[1:]}
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= attributes


async def test_the_visitor_is_known_as_over_http(visitor):
    response = await visitor.introduce("Ada")

    assert text_of(response, "greeting") == "Hello, Ada!"
