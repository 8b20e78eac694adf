"""Requests whose body comes in parts."""

import pytest
from tornado.web import stream_request_body

from tests.sessions.http.browser import session_cookie
from tests.sessions.http.site import Page, keep, show, until


@stream_request_body
class Upload(Page):
    """Counts what comes, and remembers it in the session."""

    size_bytes = 0

    def data_received(self, chunk):
        self.size_bytes += len(chunk)
        self.session["received"] = self.size_bytes

    def post(self):
        self.write(str(self.session["received"]))


async def test_the_session_is_there_before_the_first_part(site):
    site.on("/", base=Upload)
    site.on("/show", get=show)
    browser = site.browser()

    response = await browser.post(body="x" * 200_000)

    assert response.body == b"200000"
    assert await browser.text("/show") == '{"received": 200000}'


async def test_a_client_that_goes_away_in_the_middle_stores_nothing(site):
    site.on("/", base=Upload)
    site.on("/begin", get=keep(a=1))
    _, writer = await site.connect()
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nxxx")
    await until(lambda: site.begun == 1)
    writer.close()

    await site.browser().text("/begin")

    assert site.rows() == ['{"a":1}']


@pytest.mark.logs("sqlite store is unavailable", "access: 503")
async def test_a_store_that_is_down_refuses_the_body_unread(site):
    received = []
    site.on(
        "/",
        base=Upload,
        get=keep(a=1),
        data_received=lambda handler, chunk: received.append(chunk),
    )
    browser = site.browser()
    await browser.text()
    site.store.break_down()

    response = await browser.post(body="x" * 200_000)

    assert (response.code, session_cookie(response)) == (503, None)
    assert received == []
