"""A transaction only changes the session; it commits by itself."""

import asyncio

import pytest

from tests.sessions.http.site import keep


async def refuse_inside(session, act):
    """Try *act* on the session inside a transaction of its own."""

    async def change(inner):
        with pytest.raises(RuntimeError, match="it commits by itself"):
            await act(inner)

    await session.transaction(change)


def in_a_task(act):
    async def run(session):
        await asyncio.gather(asyncio.create_task(act(session)))

    return run


ACTS = {
    "save": lambda session: session.save(),
    "reload": lambda session: session.reload(),
    "transaction": lambda session: session.transaction(lambda _: None),
}


@pytest.mark.parametrize("name", ACTS)
async def test_what_would_wait_for_the_transaction_is_refused(site, name):
    site.on("/", get=keep(a=1))

    async def get(handler):
        await refuse_inside(handler.session, ACTS[name])
        await refuse_inside(handler.session, in_a_task(ACTS[name]))
        handler.write("refused")

    site.on("/inside", get=get)
    browser = site.browser()
    await browser.get("/")

    assert (await browser.get("/inside")).body == b"refused"


async def test_a_task_of_a_transaction_may_save_when_that_is_over(site):
    site.on("/", get=keep(a=1))

    async def get(handler):
        over = asyncio.Event()

        async def later():
            await over.wait()
            await handler.session.save()

        tasks = []

        def change(session):
            tasks.append(asyncio.create_task(later()))

        await handler.session.transaction(change)
        over.set()
        await tasks[-1]
        handler.write("saved")

    site.on("/later", get=get)
    browser = site.browser()
    await browser.get("/")

    assert (await browser.get("/later")).body == b"saved"
