"""Which answers commit, and which leave the store as it was."""

import asyncio

import pytest
from tornado.web import HTTPError

from tests.sessions.http.browser import session_cookie
from tests.sessions.http.site import keep, show


def ending(end):
    """A method that changes the session, then ends as *end* does."""

    def method(handler):
        handler.session["changed"] = True
        end(handler)

    return method


def http_error(handler):
    raise HTTPError(404)


def mistake(handler):
    raise LookupError("a mistake")


async def answer(site, end):
    """What a visitor with a session gets, and what is stored then."""
    site.on("/begin", get=keep(a=1))
    site.on("/", get=ending(end))
    browser = site.browser()
    await browser.text("/begin")
    response = await browser.get()
    return response.code, site.rows()


async def test_an_http_error_commits_nothing(site):
    assert await answer(site, http_error) == (404, ['{"a":1}'])


async def test_send_error_commits_nothing(site):
    assert await answer(site, lambda h: h.send_error(403)) == (403, ['{"a":1}'])


@pytest.mark.logs("Uncaught exception GET /", "access: 500")
async def test_a_mistake_commits_nothing(site):
    assert await answer(site, mistake) == (500, ['{"a":1}'])


@pytest.mark.logs("access: 503")
async def test_a_5xx_that_is_set_commits_nothing(site):
    assert await answer(site, lambda h: h.set_status(503)) == (503, ['{"a":1}'])


@pytest.mark.parametrize("status", [200, 303, 404, 422, 499])
async def test_any_other_status_that_is_set_commits(site, status):
    found = await answer(site, lambda h: h.set_status(status, "So"))

    assert found == (status, ['{"a":1,"changed":true}'])


async def test_an_error_makes_no_session_and_no_cookie(site):
    site.on("/", get=ending(http_error))

    response = await site.browser().get()

    assert session_cookie(response) is None
    assert site.rows() == []


async def test_what_was_saved_before_an_error_stays_and_its_cookie_leaves(site):
    async def get(handler):
        handler.session["saved"] = 1
        await handler.session.save()
        handler.session["unsaved"] = 2
        raise HTTPError(409)

    site.on("/", get=get)
    site.on("/show", get=show)
    browser = site.browser()

    assert (await browser.get()).code == 409
    assert await browser.text("/show") == '{"saved": 1}'


@pytest.mark.logs("Uncaught exception GET /", "access: 500")
async def test_a_destroy_before_a_mistake_destroys_nothing(site):
    def get(handler):
        handler.session.destroy()
        mistake(handler)

    site.on("/begin", get=keep(a=1))
    site.on("/", get=get)
    browser = site.browser()
    await browser.text("/begin")

    response = await browser.get()

    assert (response.code, session_cookie(response)) == (500, None)
    assert site.rows() == ['{"a":1}']


@pytest.mark.logs("Uncaught exception GET /", "access: 500")
async def test_a_value_changed_in_place_to_no_json_is_a_500(site, caplog):
    def get(handler):
        handler.session["list"] = []
        handler.session["list"].append(object())
        handler.write("never seen")

    site.on("/", get=get)

    response = await site.browser().get()

    assert response.code == 500
    assert "session['list']" in caplog.text
    assert site.rows() == []


@pytest.mark.logs("over|exceed|too large|at most")
async def test_a_session_that_grew_too_large_is_a_413(open_site):
    site = await open_site(max_session_bytes=100)
    site.on("/", get=keep(a="x" * 60, b="y" * 60))

    response = await site.browser().get()

    assert (response.code, session_cookie(response)) == (413, None)
    assert site.rows() == []


async def test_what_a_save_beside_the_end_has_stored_is_not_stored_again(site):
    async def get(handler):
        await handler.session.save()  # there is nothing yet, but it takes turns now
        handler.session["a"] = 1
        handler.saving = asyncio.create_task(handler.session.save())
        handler.finish()  # what it has found to store is stored before its own turn

    site.on("/", get=get)
    browser = site.browser()

    response = await browser.get()

    assert response.code == 200
    assert site.rows("select version from sessions") == [0]
    assert session_cookie(response)
