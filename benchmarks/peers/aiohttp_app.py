"""aiohttp-session with all data in an encrypted cookie: it has no store for SQL."""

import os

from aiohttp import web
from aiohttp_session import get_session, setup
from aiohttp_session.cookie_storage import EncryptedCookieStorage

from benchmarks.visitor import GREETING, NAME, new_data


async def bare(request):
    return web.Response(text=GREETING)


async def fill(request):
    (await get_session(request)).update(new_data())
    return web.Response(text=GREETING)


async def reads(request):
    session = await get_session(request)
    return web.Response(text=f"Hello, {session['name']}")


async def changes(request):
    session = await get_session(request)
    session["visits"] += 1
    text = f"Hello, {session['name']}, visit {session['visits']}"
    return web.Response(text=text)


async def creates(request):
    (await get_session(request))["name"] = NAME
    return web.Response(text=GREETING)


def main():
    app = web.Application()
    setup(app, EncryptedCookieStorage(b"benchmarks-have-no-secret-to-kee"))
    app.router.add_get("/", bare)
    for handler in (fill, reads, changes, creates):
        app.router.add_get(f"/{handler.__name__}", handler)
    port = int(os.environ["PORT"])
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main()
