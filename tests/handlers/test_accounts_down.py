"""Tests of the site while its accounts' database is away."""

import json

import pytest

from tests.handlers.conftest import SECRET
from tests.servers.postgresql import PostgreSQLServer
from tornado_app.accounts import Accounts
from tornado_app.accounts_url import open_account_store
from tornado_app.known_devices import KnownDevices

# For a machine that is busy.
pytestmark = pytest.mark.gen_test(timeout=60)


@pytest.fixture(scope="module")
def server():
    server = PostgreSQLServer()
    server.start()
    yield server
    server.remove()


@pytest.fixture
async def accounts(server, hashing, clock):
    async with Accounts(
        open_account_store(server.url()),
        clock=clock,
        devices=KnownDevices([SECRET]),
        hashing=hashing,
    ) as accounts:
        yield accounts


@pytest.mark.logs("accounts store is unavailable", "503 GET", "503 POST /sign-in")
async def test_nobody_is_signed_out_by_that(ada, bea, visitor, server):
    await ada.signs_up()
    await visitor.introduce("Grace")
    await bea.get("/sign-in")
    server.stop()
    try:
        for path in ("/", "/preferences", "/sessions"):
            response = await ada.get(path)
            assert response.code == 503
            assert int(response.headers["Retry-After"]) > 0
            assert response.headers.get_list("Set-Cookie") == []
        typed = {"username": "ada", "password": "correct horse battery staple"}
        assert (await bea.post("/sign-in", typed)).code == 503

        ready = await visitor.get("/readyz")
        assert json.loads(ready.body) == {"status": "database unavailable"}
        # Who has no account does not notice.
        assert "Hello, Grace!" in (await visitor.get("/")).body.decode()
    finally:
        server.start()

    assert await ada.is_signed_in()
    assert (await bea.signs_in()).code == 303
