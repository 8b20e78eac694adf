"""Tests of the headers of every route, by every method, with every status."""

import re

import pytest

from tests.handlers.conftest import SECRET
from tests.handlers.signing import Person
from tests.handlers.test_https import HTTPS, LOOPBACK
from tests.plugins.effort import counts
from tornado_app.application import ROUTES, make_app
from tornado_app.body_limit import MAX_FORM_BYTES
from tornado_app.proxies import ForwardedRouter
from tornado_app.security import HEADERS
from tornado_app.sessions import SQLiteStore, StoreUnavailableError

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
KEPT_BY_CACHES = re.compile(r"/static/|/favicon\.ico|/robots\.txt")
BANNERS = {"Server", "X-Powered-By", "Access-Control-Allow-Origin"}
EVENTS = r"got a 403|Form token was refused"


class FragileStore(SQLiteStore):
    """A real store until a test says that it is down."""

    is_down = False

    async def find(self, *args, **kwargs):
        if self.is_down:
            raise StoreUnavailableError("sqlite", "find")
        return await super().find(*args, **kwargs)


class Walker(Person):
    """A person whose every answer is looked at; speaks https if told so."""

    is_https = False

    async def send(self, method, path, *, headers, body=None):
        more = HTTPS if self.is_https else {}
        response = await super().send(method, path, headers=more | headers, body=body)
        counts["responses with all their headers"] += 1
        check_headers(response, is_https=self.is_https, asked=f"{method} {path}")
        return response


def check_headers(response, *, is_https, asked):
    headers = response.headers
    what = (asked, response.code, dict(headers))
    for name, value in wanted_headers(asked).items():
        assert headers.get_list(name) == [value], what
    assert BANNERS.isdisjoint(headers), what
    assert re.fullmatch("[0-9a-f]{16}", headers["X-Request-Id"]), what
    hsts = ["max-age=31536000; includeSubDomains"] if is_https else []
    assert headers.get_list("Strict-Transport-Security") == hsts, what
    may_be_kept = KEPT_BY_CACHES.search(asked) and response.code in (200, 304)
    if not may_be_kept or "Set-Cookie" in headers:
        assert headers.get_list("Cache-Control") == ["no-store"], what
    if response.body:
        assert headers["Content-Type"], what


def wanted_headers(asked):
    # The link to a new password must not be told to any other page.
    link = {"Referrer-Policy": "no-referrer"} if " /reset/" in asked else {}
    return {**HEADERS, **link}


@pytest.fixture
def store(database):
    return FragileStore(database)


@pytest.fixture
def site(site_settings, sessions, accounts):
    object.__setattr__(site_settings, "hsts", "subdomains")
    return make_app(
        site_settings, sessions=sessions, accounts=accounts, secrets=[SECRET]
    )


@pytest.fixture
def app(site):
    return ForwardedRouter(site, LOOPBACK)


@pytest.fixture
def walker(http_client, base_url):
    return Walker(http_client, base_url)


@pytest.fixture
def css(site):
    return site.settings["assets"].url("site.css")


def paths(css):
    """A path for every route, and some for none."""
    yield from ("/nowhere", "/static/none.css", "/%ff", "/sessions/", "//example.org/")
    yield css
    for pattern, _ in ROUTES:
        path = re.sub(r"\(favicon.*\)", "favicon.ico", pattern)
        yield re.sub(r"\([^)]*\)", "AAAAAAAAAAAAAAAA", path)


@pytest.mark.gen_test(timeout=60)
@pytest.mark.logs(EVENTS)
@pytest.mark.parametrize("is_https", [False, True], ids=["http", "https"])
async def test_every_route_has_every_header_by_every_method(walker, css, is_https):
    walker.is_https = is_https
    statuses = set()
    for signed_in in (False, True):
        if signed_in:
            assert (await walker.signs_up()).code == 303
        for path in sorted(set(paths(css))):
            for method in METHODS:
                statuses.add((await walker.send(method, path, headers={})).code)

    assert {200, 303, 403, 404, 405} <= statuses
    assert max(statuses) < 500


async def statuses(walker, site, store, css, monkeypatch):
    """Requests for every status that the site has, with what each is to be."""
    yield 200, await walker.get("/")
    yield 422, await walker.post("/", {"name": ""})
    yield 303, await walker.post("/", {"name": "Ada"})
    yield 403, await walker.post("/", {"name": "Ada"}, token="x")
    yield 403, await walker.post("/", {}, Origin="https://other.example")
    yield 404, await walker.get("/nowhere")
    yield 405, await walker.get("/preferences/reset")
    json = {"Content-Type": "application/json"}
    yield 415, await walker.send("POST", "/", headers=json, body="{}")
    too_long = "x" * (MAX_FORM_BYTES + 1)
    yield 413, await walker.send("POST", "/", headers=FORM, body=too_long)
    twice = f"_xsrf={walker.token()}&name=a&name=b"
    yield 400, await walker.send("POST", "/", headers=FORM, body=twice)
    for method in METHODS:
        host = {"Host": "evil.example"}
        yield 421, await walker.send(method, "/", headers=host)
    yield 421, await walker.send("POST", "/", headers=FORM | host, body=too_long)
    asset = await walker.get(css)
    yield 304, await walker.get(css, If_None_Match=asset.headers["Etag"])
    for _ in range(10):
        yield 403, await walker.signs_in("nobody", "not a password of anybody")
    yield 429, await walker.signs_in("nobody", "not a password of anybody")
    store.is_down = True
    yield 503, await walker.get("/")
    yield 503, await walker.get("/readyz")
    store.is_down = False
    monkeypatch.setitem(site.settings, "site", None)
    yield 500, await walker.get("/sign-up")


@pytest.mark.gen_test(timeout=60)
@pytest.mark.logs(EVENTS, "store is unavailable", "503 GET /", "500 GET /", "failed")
@pytest.mark.parametrize("is_https", [False, True], ids=["http", "https"])
async def test_every_status_has_every_header(
    walker, site, store, css, monkeypatch, is_https
):
    walker.is_https = is_https
    seen = set()

    async for wanted, response in statuses(walker, site, store, css, monkeypatch):
        assert response.code == wanted, (response.effective_url, response.body)
        seen.add(wanted)

    assert {200, 303, 304, 400, 403, 404, 405, 413, 415, 421, 422, 429} < seen
    assert {500, 503} < seen
