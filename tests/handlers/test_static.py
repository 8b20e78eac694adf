"""Tests of the static files."""

import re

import pytest


async def stylesheet_url(visitor):
    page = (await visitor.get("/")).body.decode()
    return re.search(r'rel="stylesheet" href="([^"]+)"', page)[1]


async def test_the_stylesheet_is_kept_for_ever_under_its_hash(visitor):
    response = await visitor.get(await stylesheet_url(visitor))

    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


async def test_all_stylesheets_are_one_request_of_under_10_kilobytes(visitor):
    page = (await visitor.get("/")).body.decode()
    response = await visitor.get(await stylesheet_url(visitor))

    assert page.count('rel="stylesheet"') == 1
    assert len(response.body) < 10_000
    assert b".card" in response.body
    assert b".error-summary" in response.body


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/favicon.ico", "image/x-icon"),
        ("/robots.txt", "text/plain; charset=utf-8"),
    ],
)
async def test_what_browsers_and_robots_ask_for_is_there(visitor, path, content_type):
    response = await visitor.get(path)

    assert response.code == 200
    assert response.headers["Content-Type"] == content_type
    assert response.headers["Cache-Control"] == "public, max-age=86400"


async def test_a_static_file_sets_no_cookie_and_asks_for_no_session(visitor):
    await visitor.introduce()

    response = await visitor.get(await stylesheet_url(visitor))

    assert response.headers.get_list("Set-Cookie") == []
    assert "Cookie" not in response.headers.get("Vary", "").split(", ")


async def test_a_file_is_gzipped_for_those_who_take_it(visitor):
    url = await stylesheet_url(visitor)

    packed = await visitor.get(url, Accept_Encoding="gzip")
    plain = await visitor.send("GET", url, headers={"Accept-Encoding": "identity"})

    assert packed.body == plain.body
    assert packed.headers["X-Consumed-Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain.headers["Vary"]


async def test_an_unchanged_file_is_not_sent_again(visitor):
    etag = (await visitor.get("/favicon.ico")).headers["Etag"]

    response = await visitor.get("/favicon.ico", If_None_Match=etag)

    assert (response.code, response.body) == (304, b"")


async def test_the_script_is_one_file_of_under_3_kilobytes(visitor):
    page = (await visitor.get("/sign-in")).body.decode()
    (url,) = re.findall(r'<script src="([^"]+)" defer', page)

    response = await visitor.get(url)

    assert page.count("<script") == 1
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(response.body) < 3_000


@pytest.mark.parametrize("path", ["/", "/privacy", "/nowhere"])
async def test_a_page_to_which_the_script_adds_nothing_does_without(visitor, path):
    assert "<script" not in (await visitor.get(path)).body.decode()


async def test_only_our_own_script_may_run(visitor):
    response = await visitor.get("/")

    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


async def test_the_hash_of_other_content_is_not_found(visitor):
    response = await visitor.get("/static/site.0123456789abcdef.css")

    assert response.code == 404
