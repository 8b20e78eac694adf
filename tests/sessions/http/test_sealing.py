"""What a handler sets after it has ended its answer is too late, as in Tornado."""

import pytest

from tests.sessions.http.site import until


def set_too_late(handler):
    handler.set_status(500)
    handler.set_header("X-Late", "yes")
    handler.set_cookie("late", "yes")
    handler.clear()


async def at_once(handler, store):
    set_too_late(handler)


async def during_the_commit(handler, store):
    committing = store.hold("apply")
    await until(lambda: "apply" in store.calls)
    set_too_late(handler)
    committing.set()


@pytest.mark.parametrize("late", [at_once, during_the_commit])
@pytest.mark.parametrize("early_cookies", [[], ["early"]])
async def test_it_changes_neither_the_answer_nor_the_commit(site, late, early_cookies):
    async def get(handler):
        handler.session["a"] = 1
        handler.set_header("X-Early", "yes")
        for name in early_cookies:
            handler.set_cookie(name, "yes")
        handler.finish("done")
        await late(handler, site.store)

    site.on("/", get=get)
    browser = site.browser()

    response = await browser.get()

    assert (response.code, response.body) == (200, b"done")
    assert (response.headers["X-Early"], response.headers.get("X-Late")) == (
        "yes",
        None,
    )
    assert set(browser.cookies) == {"session", *early_cookies}
    assert site.rows() == ['{"a":1}']


async def test_what_comes_after_a_flush_that_nobody_awaits_is_too_late(site):
    def get(handler):
        handler.session["a"] = 1
        handler.write("one ")
        handler.flush()
        handler.set_header("X-Late", "yes")
        handler.write("two")

    site.on("/", get=get)

    response = await site.browser().get()

    assert response.body == b"one two"
    assert "X-Late" not in response.headers
