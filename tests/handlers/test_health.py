"""Tests of the answers for machines."""

import json

import pytest

from tornado_app.sessions import StoreUnavailableError


async def unavailable():
    raise StoreUnavailableError("sqlite", "find")


@pytest.fixture
def broken_store(sessions, monkeypatch):
    monkeypatch.setattr(sessions, "ready", unavailable)


@pytest.fixture
async def broken_database(accounts):
    await accounts._store._write("harm", lambda db: db.execute("DROP TABLE accounts"))


async def test_a_living_process_is_healthy(visitor):
    response = await visitor.get("/healthz")

    assert (response.code, json.loads(response.body)) == (200, {"status": "ok"})


async def test_it_is_ready_once_the_store_answers(visitor):
    response = await visitor.get("/readyz")

    assert (response.code, json.loads(response.body)) == (200, {"status": "ready"})


@pytest.mark.logs("503 GET /readyz")
async def test_it_is_not_ready_while_it_stops(visitor, app):
    app.settings["draining"] = True

    response = await visitor.get("/readyz")

    assert (response.code, json.loads(response.body)) == (503, {"status": "draining"})
    assert response.headers["Retry-After"] == "5"


@pytest.mark.logs("503 GET /readyz")
@pytest.mark.usefixtures("broken_store")
async def test_it_is_not_ready_without_its_store(visitor):
    response = await visitor.get("/readyz")

    assert response.code == 503
    assert json.loads(response.body) == {"status": "store unavailable"}


@pytest.mark.logs("503 GET /readyz")
@pytest.mark.usefixtures("broken_database")
async def test_it_is_not_ready_without_its_accounts(visitor):
    response = await visitor.get("/readyz")

    assert response.code == 503
    assert json.loads(response.body) == {"status": "database unavailable"}
    assert response.headers["Retry-After"] == "5"


@pytest.mark.usefixtures("broken_store", "broken_database")
async def test_it_is_healthy_without_its_stores(visitor):
    assert (await visitor.get("/healthz")).code == 200


async def test_asking_sets_no_cookie(visitor):
    await visitor.get("/healthz")
    await visitor.get("/readyz")

    assert visitor.cookies == {}
