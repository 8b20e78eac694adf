"""A store that has to be asked is asked before Tornado comes to `prepare`."""

import asyncio
import gc

import pytest

from tests.sessions.http.site import Page, count, show, until
from tornado_app.sessions import SessionMixin


@pytest.fixture
async def visited(open_site):
    """A site whose store knows nothing without being asked, and its visitor."""
    site = await open_site("memory://")
    site.on("/", get=count)
    site.on("/show", get=show)
    browser = site.browser()
    await browser.text()
    site.store.calls.clear()
    return site, browser


async def test_it_is_asked_once_and_before_prepare(visited):
    site, browser = visited

    class Prepared(Page):
        def prepare(self):
            self.settings["asked"] = self._asked_early is not None
            return super().prepare()

    site.on("/prepared", base=Prepared, get=show)

    assert await browser.text("/prepared") == '{"visits": 1}'
    assert site.app.settings["asked"]
    assert site.store.calls == ["find"]


async def test_nobody_asks_for_who_comes_without_a_session(visited):
    site, _ = visited

    assert await site.browser().text("/show") == "{}"
    assert site.store.calls == []


async def test_who_waits_for_something_before_has_the_session_as_it_is_then(visited):
    site, browser = visited
    may_go_on, waits = asyncio.Event(), []

    class Patient(Page):
        async def prepare(self):
            waits.append(self)
            await may_go_on.wait()
            await super().prepare()

    site.on("/patient", base=Patient, get=show)
    answer = asyncio.ensure_future(browser.get("/patient"))
    await until(lambda: waits)
    assert await browser.text() == "2"
    may_go_on.set()

    assert (await answer).body == b'{"visits": 2}'


async def test_an_answer_that_nobody_looks_at_is_no_trouble(visited):
    site, browser = visited

    class Refusing(SessionMixin):
        def prepare(self):
            self.finish("not for you")

    site.on("/refused", base=Refusing)
    site.store.down = {"find"}

    assert await browser.text("/refused") == "not for you"
    gc.collect()  # whoever forgets an error is logged by then


async def test_what_failed_early_is_asked_again(visited):
    site, browser = visited
    failed = []

    class Patient(Page):
        async def prepare(self):
            _, asked = self._asked_early
            await asyncio.wait([asked])
            failed.append(asked.exception())
            site.store.down = set()
            await super().prepare()

    site.on("/patient", base=Patient, get=show)
    site.store.down = {"find"}

    assert await browser.text("/patient") == '{"visits": 1}'
    assert failed[0] is not None
