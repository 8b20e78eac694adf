"""Tests of the error pages and of malformed requests."""

import asyncio
import json
import re

import pytest

from tests.handlers.visitor import html_tag
from tornado_app.body_limit import MAX_DRAINED_BYTES, MAX_FORM_BYTES
from tornado_app.handlers.errors import error_text
from tornado_app.sessions import SQLiteStore, StoreUnavailableError

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BAD_BODIES = [
    (b"name=%FF", 400),  # not UTF-8
    (b"name=%ED%A0%80", 400),  # a surrogate
    (b"name=Ada&name=Bea", 400),
    (b"", 400),  # no name
    (b"name", 422),  # an empty one
    (b"name=A%00da", 422),
    (b"name=A%0Dda", 422),
    (b"&".join(b"a%d=1" % n for n in range(2_000)), 400),
]


class FragileStore(SQLiteStore):
    """A real store until a test says that it is down."""

    is_down = False

    async def find(self, *args, **kwargs):
        self._fail_if_down("find")
        return await super().find(*args, **kwargs)

    async def apply(self, *args, **kwargs):
        self._fail_if_down("apply")
        return await super().apply(*args, **kwargs)

    def _fail_if_down(self, operation):
        if self.is_down:
            raise StoreUnavailableError("sqlite", operation)


@pytest.fixture
def store(database):
    return FragileStore(database)


async def raw(base_url, request):
    """Send bytes; return all that comes back."""
    port = int(base_url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("localhost", port)
    try:
        writer.write(request)
        return (await reader.read()).decode()
    finally:
        writer.transport.abort()


async def test_an_unknown_address_has_a_page(visitor):
    response = await visitor.get("/nowhere")

    assert response.code == 404
    assert "There is no such page" in response.body.decode()


async def test_an_unknown_address_is_a_404_from_anywhere_and_by_any_method(visitor):
    response = await visitor.post("/nowhere", {}, Origin="https://other.example")

    assert response.code == 404


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/preferences/reset", "POST"),
        ("HEAD", "/preferences/reset", "POST"),
        ("PUT", "/", "GET, HEAD, POST"),
        ("DELETE", "/preferences", "GET, HEAD, POST"),
        ("OPTIONS", "/", "GET, HEAD, POST"),
        ("POST", "/healthz", "GET, HEAD"),
        ("BREW", "/", "GET, HEAD, POST"),
    ],
)
async def test_a_wrong_method_has_a_page_and_names_the_right_ones(
    visitor, method, path, allow
):
    response = await visitor.send(method, path, headers={})

    assert response.code == 405
    assert sorted(response.headers["Allow"].split(", ")) == allow.split(", ")
    assert method == "HEAD" or "works differently" in response.body.decode()


@pytest.mark.parametrize(("body", "status"), BAD_BODIES)
async def test_a_malformed_form_stores_nothing(visitor, sessions, caplog, body, status):
    await visitor.get("/")
    token = f"_xsrf={visitor.token()}&".encode()

    response = await visitor.send("POST", "/", headers=FORM, body=token + body)

    assert response.code == status
    assert "<h1" in response.body.decode()
    assert await sessions.count() == 0


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "text/plain", "multipart/form-data; boundary=x", ""],
)
async def test_only_forms_are_read(visitor, sessions, content_type):
    await visitor.get("/")

    response = await visitor.send(
        "POST", "/", headers={"Content-Type": content_type}, body="--x--\r\n"
    )

    assert response.code == 415
    assert await sessions.count() == 0


async def test_the_largest_form_is_read(visitor):
    await visitor.get("/")
    room = MAX_FORM_BYTES - len(f"_xsrf={visitor.token()}&name=".replace("=", "%3D"))

    response = await visitor.post("/", {"name": "x" * (room - 20)})

    assert response.code == 422


@pytest.mark.parametrize("length", [MAX_FORM_BYTES + 1, 3_000_000])
async def test_a_body_over_the_limit_has_a_page(visitor, sessions, length):
    await visitor.prefer(language="de")

    response = await visitor.send("POST", "/", headers=FORM, body="x" * length)

    assert response.code == 413
    assert "Das war zu viel" in response.body.decode()
    assert await sessions.count() == 1


@pytest.mark.parametrize("length", ["99999999999999999999999", "1000000000"])
@pytest.mark.usefixtures("http_server")
async def test_a_huge_announced_body_is_refused_when_enough_came(base_url, length):
    head = f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"

    answer = await raw(base_url, head.encode() + b"x" * (MAX_DRAINED_BYTES + 1))

    assert answer.startswith("HTTP/1.1 413 ")
    assert "That was too much" in answer


@pytest.mark.usefixtures("http_server")
async def test_a_chunked_body_over_the_limit_has_a_page(base_url):
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
    chunk = b"%x\r\n" % 50_000 + b"x" * 50_000 + b"\r\n"

    answer = await raw(
        base_url, head + b"Connection: close\r\n\r\n" + 20 * chunk + b"0\r\n\r\n"
    )

    assert answer.startswith("HTTP/1.1 413 ")


async def test_an_error_page_shows_the_request_s_id(visitor, caplog):
    caplog.set_level("INFO", "tornado.access")

    response = await visitor.get("/nowhere")

    request_id = response.headers["X-Request-Id"]
    assert re.fullmatch("[0-9a-f]{16}", request_id)
    assert request_id in response.body.decode()
    assert request_id in caplog.text


def test_every_status_has_advice_of_its_own():
    statuses = (400, 403, 404, 405, 413, 415, 421, 422, 429, 500, 503)
    one_without = 418

    advice = {error_text(status).advice for status in (*statuses, one_without)}

    assert len(advice) == len(statuses) + 1


async def test_a_lost_visitor_is_shown_home(visitor):
    page = (await visitor.get("/nowhere")).body.decode()

    assert '<a class="button" href="/">Go to the greeting</a>' in page


@pytest.mark.parametrize(
    ("path", "form"),
    [("/preferences/reset", "/preferences"), ("/sign-out", "/")],
)
async def test_a_wrong_method_leads_to_the_form_that_does_it_right(visitor, path, form):
    page = (await visitor.get(path)).body.decode()

    assert f'<a class="button" href="{form}">Open the page again</a>' in page


@pytest.mark.logs("store is unavailable", "503 GET /")
async def test_what_may_work_later_can_be_tried_again_in_place(visitor, store):
    await visitor.introduce("Ada")
    store.is_down = True

    page = (await visitor.get("/preferences?x=1")).body.decode()

    assert '<a class="button" href="/preferences?x=1">Try again</a>' in page
    assert '<a class="button secondary" href="/">' in page


@pytest.mark.logs("store is unavailable", "503 GET /")
async def test_trying_again_stays_on_this_site(visitor, store):
    await visitor.introduce("Ada")
    store.is_down = True

    page = (await visitor.get("/?//evil.example")).body.decode()
    assert 'href="/?//evil.example">Try again' in page
    page = (await visitor.get("//evil.example")).body.decode()
    assert 'href="//evil' not in page


async def test_the_log_holds_no_query(visitor, caplog):
    caplog.set_level("INFO")

    await visitor.get("/nowhere?name=secret")

    assert "/nowhere" in caplog.text
    assert "secret" not in caplog.text


async def test_a_client_that_asks_for_json_gets_json(visitor):
    response = await visitor.get("/nowhere", Accept="application/json")

    assert json.loads(response.body) == {
        "error": "Not Found",
        "status": 404,
        "request_id": response.headers["X-Request-Id"],
    }


async def test_a_browser_gets_a_page_though_it_takes_anything(visitor):
    response = await visitor.get("/x", Accept="text/html,application/json;q=0.9,*/*")

    assert response.headers["Content-Type"].startswith("text/html")


@pytest.mark.logs(r"GET / \(.*\) request [0-9a-f]{16} failed", "500 GET /")
async def test_a_fault_of_ours_has_a_page_without_a_trace(visitor, app, monkeypatch):
    monkeypatch.setitem(app.settings, "site", None)

    response = await visitor.get("/")

    page = response.body.decode()
    assert response.code == 500
    assert "Something went wrong on our side" in page
    assert "Traceback" not in page
    assert "NoneType" not in page


async def test_a_damaged_cookie_is_a_stranger_s(visitor):
    for value in ("x", "a|b|c", "2|1:0|10:1|7:session|4:eA==|00", "\x7f", "ä"):
        response = await visitor.send(
            "GET", "/", headers={"Cookie": f"session={value}; _xsrf={value}"}
        )
        assert response.code in (200, 400)
        assert response.code == 400 or "data-theme" in html_tag(response)


@pytest.mark.logs("store is unavailable", "503 GET /")
async def test_without_the_store_nobody_becomes_a_stranger(visitor, store):
    await visitor.introduce("Ada")
    store.is_down = True

    response = await visitor.get("/")

    assert response.code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.headers.get_list("Set-Cookie") == []
    assert "We cannot reach our memory" in response.body.decode()


async def test_without_the_store_other_errors_stay_what_they_are(visitor, store):
    await visitor.introduce("Ada")
    store.is_down = True

    assert (await visitor.get("/nowhere")).code == 404
    assert (await visitor.get("/static/nothing.css")).code == 404


@pytest.mark.logs("store is unavailable", "503 POST /")
async def test_a_form_that_could_not_be_stored_is_not_a_success(visitor, store):
    await visitor.get("/")
    store.is_down = True

    response = await visitor.post("/", {"name": "Ada"})

    assert response.code == 503
    assert "Location" not in response.headers
