"""What the browser is told of the cookie."""

from datetime import timedelta

import pytest
from tornado.httpserver import HTTPServer

from tests.sessions.http.browser import session_cookie
from tests.sessions.http.site import count, keep
from tornado_app.sessions import SessionPolicy

HTTPS = {"X_Scheme": "https"}


@pytest.fixture
def http_server(io_loop, _unused_port, app):
    """A server behind a proxy that says by which scheme the visitor came."""

    async def start():
        server = HTTPServer(app, xheaders=True)
        server.add_socket(_unused_port[0])
        return server

    server = io_loop.run_sync(start)
    yield server
    server.stop()
    io_loop.run_sync(server.close_all_connections)


async def attributes(open_site, _headers=None, **policy):
    """The attributes of a new session's cookie, its name first."""
    site = await open_site("memory://", **policy)
    site.on("/", get=keep(a=1))
    response = await site.browser().get(**_headers or {})
    name, *others = response.headers["Set-Cookie"].split("; ")
    return [name.split("=")[0], *sorted(others)]


async def test_a_cookie_is_http_only_lax_and_for_the_whole_site(open_site):
    found = await attributes(open_site, cookie_persistent=False)

    assert found == ["session", "HttpOnly", "Path=/", "SameSite=Lax"]


async def test_https_brings_secure_and_the_host_prefix_by_itself(open_site):
    found = await attributes(open_site, HTTPS, cookie_persistent=False)

    assert found == ["__Host-session", "HttpOnly", "Path=/", "SameSite=Lax", "Secure"]


@pytest.mark.parametrize(
    ("policy", "name", "attribute"),
    [
        ({"cookie_path": "/app"}, "__Secure-session", "Path=/app"),
        ({"cookie_domain": "example.org"}, "__Secure-session", "Domain=example.org"),
        ({"cookie_samesite": "Strict"}, "__Host-session", "SameSite=Strict"),
        ({"cookie_samesite": "None"}, "__Host-session", "SameSite=None"),
        ({"cookie_partitioned": True}, "__Host-session", "Partitioned"),
        ({"cookie_name": "sid"}, "__Host-sid", "Path=/"),
    ],
)
async def test_a_secure_cookie_has_what_the_policy_says(
    open_site, policy, name, attribute
):
    found = await attributes(open_site, cookie_secure=True, **policy)

    assert found[0] == name
    assert attribute in found
    assert "Secure" in found


async def test_secure_false_stays_so_under_https(open_site):
    found = await attributes(open_site, HTTPS, cookie_secure=False)

    assert found[0] == "session"
    assert "Secure" not in found


async def test_http_only_can_be_switched_off(open_site):
    assert "HttpOnly" not in await attributes(open_site, cookie_httponly=False)


@pytest.mark.parametrize(
    ("lifetime", "max_age"),
    [
        (timedelta(days=90), "Max-Age=7776000"),
        (timedelta(seconds=90, microseconds=1), "Max-Age=91"),
        (timedelta(seconds=89, microseconds=999_999), "Max-Age=90"),
        (timedelta(days=4000), "Max-Age=34560000"),
        (None, "Max-Age=34560000"),
    ],
)
async def test_max_age_is_the_whole_life_in_seconds_rounded_up(
    open_site, lifetime, max_age
):
    idle_timeout = timedelta(seconds=60)

    found = await attributes(
        open_site, absolute_lifetime=lifetime, idle_timeout=idle_timeout
    )

    assert max_age in found


async def test_a_rolling_cookie_lives_as_long_as_the_session_unused(open_site):
    idle_timeout = timedelta(minutes=30, microseconds=1)

    found = await attributes(open_site, rolling=True, idle_timeout=idle_timeout)

    assert "Max-Age=1801" in found


async def test_a_cleared_cookie_has_the_attributes_of_the_one_that_was_set(open_site):
    site = await open_site(cookie_secure=True, cookie_partitioned=True)
    site.on("/", get=keep(a=1), post=lambda handler: handler.session.destroy())
    browser = site.browser()
    await browser.get()

    line = session_cookie(await browser.post())

    name, *others = line.split("; ")
    assert name == '__Host-session=""'
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Secure", "Partitioned"} < set(others)


async def test_each_scheme_has_a_session_of_its_own(open_site):
    site = await open_site()
    site.on("/", get=count)
    browser = site.browser()

    assert (await browser.get()).body == b"1"
    assert (await browser.get(**HTTPS)).body == b"1"
    assert (await browser.get(**HTTPS)).body == b"2"
    assert set(browser.cookies) == {"session", "__Host-session"}


@pytest.mark.parametrize("prefix", ["__Host-", "__Secure-", "__host-"])
def test_a_name_with_a_prefix_is_refused(prefix):
    with pytest.raises(ValueError, match="without its prefix"):
        SessionPolicy(cookie_name=f"{prefix}session")


@pytest.mark.parametrize("first", [{}, HTTPS])
async def test_a_cookie_of_http_is_none_of_https_however_well_known(open_site, first):
    site = await open_site("memory://")
    site.on("/", get=count)
    begun = await site.browser().get(**first)
    name, value = begun.headers["Set-Cookie"].split("; ")[0].split("=", 1)
    cookies = {name: value}
    other = {} if first else HTTPS

    answers = [
        (await site.browser(**cookies).get(**how)).body
        for how in (first, other, first, other)
    ]

    assert answers == [b"2", b"1", b"3", b"1"]


async def test_a_cookie_for_https_alone_is_known_by_either_scheme(open_site):
    site = await open_site("memory://", cookie_secure=True)
    site.on("/", get=count)
    begun = await site.browser().get()
    name, value = begun.headers["Set-Cookie"].split("; ")[0].split("=", 1)
    cookies = {name: value}

    answers = [
        (await site.browser(**cookies).get(**how)).body
        for how in ({}, HTTPS, {}, HTTPS)
    ]

    assert answers == [b"2", b"3", b"4", b"5"]
