"""A handler may go on without a session when the store is down."""

import pytest

from tests.sessions.http.site import Page, count


class Optional(Page):
    session_optional = True


def greet(handler):
    known = handler.has_session and handler.session.get("visits")
    handler.write(f"visits: {known or 'unknown'}")


@pytest.mark.logs("goes on without: memory store is unavailable|goes on without")
async def test_it_answers_without_a_session_when_the_store_is_down(site):
    site.on("/", get=count)
    site.on("/greet", base=Optional, get=greet)
    browser = site.browser()
    await browser.get("/")
    site.store.down = {"find"}

    response = await browser.get("/greet")

    assert response.code == 200
    assert response.body == b"visits: unknown"
    assert "Set-Cookie" not in response.headers


@pytest.mark.logs("goes on without", "Uncaught exception", "access: 500")
async def test_who_looks_at_the_missing_session_is_told_why(site):
    site.on("/", get=count)
    site.on("/greet", base=Optional, get=lambda handler: handler.session)
    browser = site.browser()
    await browser.get("/")
    site.store.down = {"find"}

    assert (await browser.get("/greet")).code == 500


async def test_it_has_its_session_while_the_store_is_up(site):
    site.on("/", get=count)
    site.on("/greet", base=Optional, get=greet)
    browser = site.browser()
    await browser.get("/")

    response = await browser.get("/greet")

    assert response.body == b"visits: 1"
