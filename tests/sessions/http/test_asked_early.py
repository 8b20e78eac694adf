"""A store that has to be asked is asked before Tornado comes to `prepare`."""

import asyncio
import gc

import pytest

from tests.sessions.http.site import Page, count, show, until
from tornado_app.sessions import MemoryStore, SessionMixin, SessionPolicy, Sessions
from tornado_app.sessions.testing import make_update


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


@pytest.fixture
def patient(visited):
    """Serves ``/patient``, which waits before `prepare`; who waits, until when."""
    site, _ = visited
    may_go_on, waits = asyncio.Event(), []

    class Patient(Page):
        async def prepare(self):
            waits.append(self)
            await may_go_on.wait()
            await super().prepare()

    site.on("/patient", base=Patient, get=show)
    return waits, may_go_on


async def test_it_is_asked_once_and_before_prepare(visited):
    site, browser = visited

    class Prepared(Page):
        def prepare(self):
            self.settings["asked"] = self._early is not None
            return super().prepare()

    site.on("/prepared", base=Prepared, get=show)

    assert await browser.text("/prepared") == '{"visits": 1}'
    assert site.app.settings["asked"]
    assert site.store.calls == ["find"]


async def test_nobody_asks_for_who_comes_without_a_session(visited):
    site, _ = visited

    assert await site.browser().text("/show") == "{}"
    assert site.store.calls == []


async def test_who_waits_for_something_before_has_the_session_as_it_is_then(
    visited, patient
):
    (_, browser), (waits, may_go_on) = visited, patient
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


async def test_an_answer_from_before_the_wait_does_not_count_however_late(
    visited, patient
):
    (site, browser), (waits, may_go_on) = visited, patient
    site.store.late["find"] = late = asyncio.Event()
    answer = asyncio.ensure_future(browser.get("/patient"))
    await until(lambda: waits and site.store.calls == ["find"])
    del site.store.late["find"]
    (record,) = [one async for page in site.store.inner.walk(batch=9) for one in page]
    await site.store.inner.apply([make_update(record, values={"visits": "9"})])
    may_go_on.set()
    await asyncio.sleep(0)
    late.set()

    assert (await answer).body == b'{"visits": 9}'


@pytest.mark.logs("goes on without: memory store is unavailable")
async def test_a_failure_before_prepare_is_not_asked_for_twice(visited):
    site, browser = visited
    site.on("/kind", get=lambda handler: handler.write("hello"), session_optional=True)
    site.store.down = {"find"}

    assert await browser.text("/kind") == "hello"
    assert site.store.calls == ["find"]


async def test_sessions_of_its_own_are_not_opened_by_another_ones_cookie(visited, app):
    site, browser = visited
    policy = SessionPolicy(cookie_name="other")
    async with Sessions(MemoryStore(), policy, clock=site.sessions.clock) as others:

        class Other(Page):
            begun = False

            @property
            def sessions(self):
                return others if self.begun else site.sessions

            def prepare(self):
                self.begun = True
                return super().prepare()

        site.on("/other", base=Other, get=show)

        assert await browser.text("/other") == "{}"


@pytest.mark.logs("Uncaught exception", "access: 500")
async def test_what_is_wrong_with_the_settings_is_answered_by_an_error_page(
    visited, app
):
    _, browser = visited
    del app.settings["cookie_secret"]

    assert (await browser.get("/show")).code == 500
