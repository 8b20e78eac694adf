"""Fixtures of attacks on the site: its own ones, and a client without manners."""

import inspect

import pytest

from tests.handlers.conftest import (  # noqa: F401 - fixtures
    accounts,
    accounts_file,
    ada,
    app,
    bea,
    clock,
    database,
    hashing,
    sessions,
    site_settings,
    store,
    visitor,
)
from tests.security.wire import Wire


def pytest_itemcollected(item):
    # Thousands of requests each: the usual 5 seconds are few on a busy machine.
    if inspect.iscoroutinefunction(getattr(item, "obj", None)):
        item.add_marker(pytest.mark.gen_test(timeout=120))


@pytest.fixture
async def wire(http_server, http_port):
    wire = Wire(http_port)
    yield wire
    await wire.close()
