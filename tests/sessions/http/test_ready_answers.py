"""While the store is at work the answer is made ready, and is what Tornado sends."""

import hashlib
from datetime import timedelta

import pytest

from tests.sessions.http.site import count, keep, until

PAGE = hashlib.sha1(b"kept").hexdigest()  # noqa: S324 (as Tornado names a page)


@pytest.fixture
async def kept(site):
    """Serves a page that changes the session; takes methods of its handler, too."""

    def serve(**methods):
        site.on("/", **{"get": keep(a=1), **methods})
        return site.browser()

    return serve


async def test_it_is_named_and_measured_during_the_commit_and_only_once(site, kept):
    named = []

    def compute_etag(handler):
        named.append(list(site.store.calls))
        return '"a name"'

    browser = kept(compute_etag=compute_etag)
    committing = site.store.hold("apply")
    answer = await site.begin(browser)
    await until(lambda: named)
    assert not site.rows()
    committing.set()
    response = await answer

    assert response.headers["ETag"] == '"a name"'
    assert response.headers["Content-Length"] == "4"
    assert named == [["apply"]]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
async def test_it_has_the_headers_that_tornado_gives_it(kept, method):
    browser = kept(head=keep(a=1), post=keep(a=1))

    response = await browser.send(method, "/", body="" if method == "POST" else None)

    assert response.code == 200
    assert response.headers.get("ETag") == (None if method == "POST" else f'"{PAGE}"')
    assert response.headers["Content-Length"] == "4"
    assert response.headers.get_list("Vary") == ["Cookie"]
    assert response.headers.get_list("Cache-Control") == ["no-store"]


async def test_what_the_handler_says_itself_stands(kept):
    def get(handler):
        keep(a=1)(handler)
        handler.set_header("ETag", '"mine"')
        handler.set_header("Content-Length", "4")

    response = await kept(get=get).get()

    assert response.headers.get_list("ETag") == ['"mine"']
    assert response.headers.get_list("Content-Length") == ["4"]


async def test_a_page_may_go_without_a_name(kept):
    response = await kept(compute_etag=lambda handler: None).get()

    assert "ETag" not in response.headers
    assert response.body == b"kept"


@pytest.mark.parametrize("code", [201, 204, 303])
async def test_only_a_200_is_named(site, kept, code):
    def get(handler):
        handler.session["a"] = 1
        handler.set_status(code)

    response = await kept(get=get).get()

    assert response.code == code
    assert "ETag" not in response.headers
    assert site.rows() == ['{"a":1}']


async def test_a_handler_may_have_a_way_of_its_own_to_tell_what_is_known(site, kept):
    browser = kept(check_etag_header=lambda handler: True)

    response = await browser.get()

    assert (response.code, response.body) == (304, b"")
    assert response.headers["ETag"] == f'"{PAGE}"'
    assert site.rows() == ['{"a":1}']


@pytest.mark.logs("Uncaught exception GET /", "access: 500")
async def test_a_name_that_cannot_be_made_is_an_error_as_in_tornado(site, kept):
    def compute_etag(handler):
        raise LookupError("no name")

    response = await kept(compute_etag=compute_etag).get()

    assert response.code == 500
    assert int(response.headers["Content-Length"]) == len(response.body)
    assert site.rows() == ['{"a":1}'], "it was stored before"


@pytest.mark.logs("Uncaught exception GET /", "access: 500")
async def test_so_is_a_name_that_cannot_be_compared(kept):
    def check_etag_header(handler):
        raise LookupError("nothing to compare with")

    response = await kept(check_etag_header=check_etag_header).get()

    assert response.code == 500
    assert "ETag" not in response.headers


@pytest.mark.logs("store is unavailable", "access: 503")
async def test_nothing_is_made_ready_for_a_store_that_refuses_at_once(site):
    named = []
    site.on("/", get=count, compute_etag=lambda handler: named.append(1))
    site.store.down = {"apply"}

    assert (await site.browser().get()).code == 503
    assert not named


@pytest.mark.logs("store is unavailable", "access: 503")
async def test_nothing_of_it_is_left_on_an_error_page(open_site):
    site = await open_site(store_timeout=timedelta(milliseconds=200))
    named = []
    site.on("/", get=count, compute_etag=lambda handler: named.append(1) or '"a name"')
    site.store.hold("apply")

    response = await site.browser().get()

    assert response.code == 503
    assert named == [1]
    assert "ETag" not in response.headers
    assert int(response.headers["Content-Length"]) == len(response.body)
    assert response.headers.get_list("Vary") == ["Cookie"]
    assert response.headers.get_list("Cache-Control") == ["no-store"]
