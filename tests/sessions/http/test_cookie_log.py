"""No cookie in the log."""

import base64
import logging

from tests.sessions.http.site import count

REQUEST = "GET / HTTP/1.1\r\nHost: x\r\nCookie: session={}\x01\r\n\r\n"


async def test_a_malformed_request_does_not_bring_its_cookie_into_the_log(site, caplog):
    site.on("/", get=count)
    browser = site.browser()
    await browser.text()

    with caplog.at_level(logging.DEBUG):
        answer = await site.talk(REQUEST.format(browser.cookie))

    assert answer.startswith("HTTP/1.1 400")
    assert "Malformed HTTP message" in caplog.text
    assert browser.cookie not in caplog.text


async def test_no_line_at_any_level_holds_a_cookie_or_a_session_id(site, caplog):
    with caplog.at_level(logging.DEBUG):
        site.on("/", get=count, post=lambda handler: handler.session.renew())
        browser = site.browser()
        await browser.text()
        old = browser.cookie
        await browser.post()
        await browser.text()

    for cookie in (old, browser.cookie):
        assert cookie not in caplog.text
        assert session_id(cookie)[16:] not in caplog.text


def session_id(cookie):
    return base64.b64decode(cookie.split("|")[4].split(":")[1]).decode()


async def test_a_malformed_request_is_still_told_from_others(site, caplog):
    with caplog.at_level(logging.INFO):
        await site.talk("nonsense\r\n\r\n")

    assert "Malformed HTTP message from" in caplog.text
