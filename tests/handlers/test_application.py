"""Tests of what holds on every route: the security headers."""

import gzip

import pytest

WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
REQUESTS = [
    ("GET", "/", 200),
    ("HEAD", "/", 200),
    ("GET", "/preferences", 200),
    ("GET", "/healthz", 200),
    ("GET", "/readyz", 200),
    ("GET", "/robots.txt", 200),
    ("GET", "/favicon.ico", 200),
    ("GET", "/static/site.css", 404),
    ("GET", "/static/..%2f..%2fserver.py", 404),
    ("GET", "/static/%00", 404),
    ("GET", "/nowhere", 404),
    ("GET", "/metrics", 404),
    ("GET", "/preferences/reset", 405),
    ("BREW", "/", 405),
    ("GET", "/%FF", 404),
]


def assert_headers_are_safe(response):
    for name, value in WANTED.items():
        assert response.headers.get(name) == value
    assert "Server" not in response.headers
    assert "Strict-Transport-Security" not in response.headers  # not over plain http
    assert "geolocation=()" in response.headers["Permissions-Policy"]
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(("method", "path", "status"), REQUESTS)
async def test_every_response_carries_the_security_headers(
    visitor, method, path, status
):
    response = await visitor.send(method, path, headers={})

    assert response.code == status
    assert_headers_are_safe(response)


async def test_a_file_that_did_not_change_carries_them_too(visitor):
    etag = (await visitor.get("/robots.txt")).headers["Etag"]

    response = await visitor.get("/robots.txt", If_None_Match=etag)

    assert response.code == 304
    assert_headers_are_safe(response)


async def test_refused_and_redirected_forms_carry_them_too(visitor):
    await visitor.get("/")
    answers = [
        await visitor.post("/", {"name": ""}),
        await visitor.send("POST", "/", headers={}, body="x" * 100_000),
        await visitor.post("/", {"name": "Ada"}),
    ]

    assert [answer.code for answer in answers] == [422, 413, 303]
    for answer in answers:
        assert_headers_are_safe(answer)


async def test_a_page_asks_nobody_else_for_anything(visitor):
    page = (await visitor.get("/")).body.decode()

    assert "//" not in page.replace("<!doctype", "")
    assert "<script" not in page
    assert "style=" not in page


async def test_a_page_is_small_and_sent_packed(visitor):
    await visitor.introduce()

    response = await visitor.get("/preferences", Accept_Encoding="gzip")

    assert response.headers["X-Consumed-Content-Encoding"] == "gzip"
    assert len(gzip.compress(response.body, 6)) <= 10 * 1024
