"""starsessions in Starlette, on the Redis that the environment names or in memory."""

import os

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starsessions import InMemoryStore, SessionAutoloadMiddleware, SessionMiddleware

from benchmarks.visitor import GREETING, NAME, new_data


def make_store():
    if not os.environ.get("STORE_URL"):
        return InMemoryStore()
    from starsessions.stores.redis import RedisStore

    return RedisStore(os.environ["STORE_URL"])


async def bare(request):
    return PlainTextResponse(GREETING)


async def fill(request):
    request.session.update(new_data())
    return PlainTextResponse(GREETING)


async def reads(request):
    return PlainTextResponse(f"Hello, {request.session['name']}")


async def changes(request):
    request.session["visits"] += 1
    name, visits = request.session["name"], request.session["visits"]
    return PlainTextResponse(f"Hello, {name}, visit {visits}")


async def creates(request):
    request.session["name"] = NAME
    return PlainTextResponse(GREETING)


with_session = [
    Middleware(SessionMiddleware, store=make_store(), cookie_https_only=False),
    Middleware(SessionAutoloadMiddleware),
]
app = Starlette(
    routes=[
        Route("/", bare),
        *(
            Route(f"/{view.__name__}", view, middleware=with_session)
            for view in (fill, reads, changes, creates)
        ),
    ]
)
