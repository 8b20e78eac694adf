"""A failed commit is a 503 whatever the application's error page does."""

import pytest

from tests.sessions.http.browser import session_cookie
from tests.sessions.http.site import keep


def clear(handler, status_code, **kwargs):
    handler.clear()
    handler.finish("sorry")


def claim_success(handler, status_code, **kwargs):
    handler.set_status(200)
    handler.finish("all is well")


def redirect(handler, status_code, **kwargs):
    handler.redirect("/elsewhere")


def flush(handler, status_code, **kwargs):
    handler.write("sor")
    handler.flush()
    handler.finish("ry")


def write_only(handler, status_code, **kwargs):
    handler.write("sorry")


def store(handler, status_code, **kwargs):
    handler.session["error"] = "seen"
    handler.finish("sorry")


def no_content(handler, status_code, **kwargs):
    handler.set_status(204)
    handler.finish()


def fail(handler, status_code, **kwargs):
    raise LookupError("the error page is broken too")


OVERRIDES = [clear, claim_success, redirect, flush, write_only, store, no_content]
DOWN = pytest.mark.logs("sqlite store is unavailable", "access: 503")


async def refusal(site, write_error):
    """The answer to a visitor with a session whose commit fails."""
    site.on("/begin", get=keep(a=1))
    site.on("/", get=keep(a=2), write_error=write_error)
    browser = site.browser()
    await browser.text("/begin")
    site.store.down = {"apply"}
    return await browser.get()


@DOWN
@pytest.mark.parametrize("write_error", OVERRIDES)
async def test_the_status_is_503_with_retry_after(site, write_error):
    response = await refusal(site, write_error)

    assert (response.code, response.headers["Retry-After"]) == (503, "1")
    assert session_cookie(response) is None
    assert b"kept" not in response.body
    assert site.rows() == ['{"a":1}']


@pytest.mark.logs(
    "sqlite store is unavailable", "access: 503", "Uncaught exception in write_error"
)
async def test_an_error_page_that_fails_is_a_503_too(site):
    response = await refusal(site, fail)

    assert (response.code, response.headers["Retry-After"]) == (503, "1")
    assert b"kept" not in response.body


@pytest.mark.logs("Error in exception logger", "access: 503")
async def test_a_log_exception_that_fails_is_a_503_too(site):
    def log_exception(handler, *error):
        raise LookupError("the logger is broken too")

    site.on("/", get=keep(a=2), log_exception=log_exception)
    site.store.down = {"apply"}

    response = await site.browser().get()

    assert (response.code, response.headers["Retry-After"]) == (503, "1")
