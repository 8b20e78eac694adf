"""How many objects a request holds while it waits for its commit.

Python's garbage collector looks at the young objects each time there are so many more
of them than there were (`gc.get_threshold`): the fewer those hold that wait together,
the seldomer it has to.
"""

import asyncio
import gc
from pathlib import Path
from typing import cast

from tornado.web import Application

from .in_process import (
    STORES,
    Answer,
    application_on,
    cookie_of_new_session,
    new_request,
)
from .load import CONNECTIONS

_OPERATIONS = ("changes", "creates")


async def count(folder: Path) -> dict[str, int]:
    """For each store and page that waits: the objects, those of Tornado among them."""
    counts: dict[str, int] = {}
    # What the process held before need not be looked through each time.
    gc.collect()
    gc.freeze()
    try:
        for store in STORES:
            async with application_on(store, folder) as application:
                counts.update(await _counts(store, application))
    finally:
        gc.unfreeze()
    return counts


async def _counts(store: str, application: Application) -> dict[str, int]:
    counts: dict[str, int] = {}
    cookies = [await cookie_of_new_session(application) for _ in range(CONNECTIONS)]
    for operation in _OPERATIONS:
        sent = [""] * CONNECTIONS if operation == "creates" else cookies
        await _held(application, f"/{operation}", sent)  # what is made once
        held = await _held(application, f"/{operation}", sent)
        counts[f"{store} {operation}, objects held"] = held
    return counts


async def _held(application: Application, path: str, cookies: list[str]) -> int:
    """The objects of one of as many requests as *cookies*, when all have asked."""
    requests = [new_request(path, cookie) for cookie in cookies]
    answers = [cast(Answer, request.connection) for request in requests]
    gc.collect()
    gc.disable()
    before = len(gc.get_objects())
    for request in requests:
        application.find_handler(request).finish()
    await asyncio.sleep(0)
    held = len(gc.get_objects()) - before
    gc.enable()
    if any(answer.done.done() for answer in answers):
        raise RuntimeError(f"{path} does not wait")
    for answer in answers:
        await answer.done
        if answer.status != 200:
            raise RuntimeError(f"{path} answers {answer.status}")
    return round(held / len(cookies))
