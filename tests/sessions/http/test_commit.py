"""The session is durable before the client has the whole answer."""

import asyncio
import json

from tests.sessions.http.site import count, keep, until


async def test_a_redirect_target_sees_what_the_redirect_stored(site):
    def post(handler):
        handler.session["name"] = "Ada"
        handler.redirect("/name", status=303)

    site.on("/", post=post)
    site.on("/name", get=lambda handler: handler.write(handler.session["name"]))

    async def visit():
        browser = site.browser()
        response = await browser.post("/")
        assert response.code == 303
        return await browser.text(response.headers["Location"])

    names = await asyncio.gather(*[visit() for _ in range(100)])

    assert names == ["Ada"] * 100
    assert len(site.rows()) == 100


async def test_the_row_is_in_the_file_when_the_client_has_the_answer(site):
    site.on("/", get=count)
    browser = site.browser()

    for visit in (1, 2, 3):
        assert await browser.text("/") == str(visit)

        assert [json.loads(data) for data in site.rows()] == [{"visits": visit}]


async def test_the_answer_waits_for_the_commit(site):
    site.on("/", get=keep(name="Ada"))
    committing = site.store.hold("apply")

    answer = asyncio.ensure_future(site.browser().get("/"))
    await until(lambda: site.store.calls == ["apply"])
    await asyncio.sleep(0.02)
    assert not answer.done()
    committing.set()

    assert (await answer).code == 200


async def test_a_session_outlives_the_process_that_made_it(open_site):
    site = await open_site()
    site.on("/", get=count)
    browser = site.browser()
    await browser.get("/")

    await open_site()  # the same file, opened anew

    assert await browser.text("/") == "2"
