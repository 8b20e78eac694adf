"""Why a request found its session or an empty one, for who develops."""

import logging

import pytest

from tests.sessions.http.site import count, keep, show

LOGGER = "tornado_app.sessions.dressing"


@pytest.fixture
def debugged(site):
    site.app.settings["debug"] = True
    site.on("/", get=count)
    site.on("/show", get=show)
    site.on("/leave", get=lambda handler: handler.session.destroy())
    return site


async def why(browser, path="/"):
    return (await browser.get(path)).headers["X-Session"]


async def test_the_first_visit(debugged):
    assert await why(debugged.browser()) == "no cookie; created; cookie set"


async def test_a_visit_that_stores_nothing(debugged):
    said = await why(debugged.browser(), "/show")

    assert said == "no cookie; new and empty, not kept; cookie left alone"


async def test_a_visit_with_a_session(debugged):
    browser = debugged.browser()
    await browser.get()

    assert await why(browser) == "found; changed; cookie left alone"
    assert await why(browser, "/show") == "found; unchanged; cookie left alone"
    assert await why(browser, "/leave") == "found; destroyed; cookie cleared"


async def test_a_session_that_has_ended(debugged):
    browser = debugged.browser()
    await browser.get()
    await debugged.sessions.revoke_all()

    said = await why(browser)

    assert said == "its session is unknown or has ended; created; cookie set"


@pytest.mark.parametrize(
    ("cookie", "reason"),
    [
        ("x", "the cookie is malformed"),
        ("2|1:0|1:1|7:session|1:x|" + "0" * 64, "the cookie is not signed by a secret"),
        ("x; session=y", "2 cookies named session"),
    ],
)
async def test_a_cookie_that_opens_nothing(debugged, cookie, reason):
    assert (await why(debugged.browser(session=cookie), "/show")).startswith(reason)


@pytest.mark.logs("sqlite store is unavailable", "access: 503")
async def test_a_commit_that_failed(debugged):
    debugged.store.break_down()

    said = await why(debugged.browser())

    assert said == "no cookie; not stored, for the request failed; cookie left alone"


async def test_the_same_is_logged_at_debug_level(site, caplog):
    site.on("/", get=keep(a=1))

    with caplog.at_level(logging.DEBUG, LOGGER):
        await site.browser().get()

    lines = [record.getMessage() for record in caplog.records if record.name == LOGGER]
    assert lines == [
        "GET / (127.0.0.1): session: no cookie; created; cookie set",
    ]


async def test_nothing_is_explained_in_production(site):
    site.on("/", get=keep(a=1))

    assert "X-Session" not in (await site.browser().get()).headers
