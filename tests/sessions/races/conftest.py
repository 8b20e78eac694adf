"""The site that the crowd visits."""

import pytest

from tests.stores import STORES, opened
from tornado_app.sessions import Sessions

from .clock import Clock
from .race import make_policy
from .site import Crowd, make_site


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def policy():
    return make_policy()


@pytest.fixture(params=STORES)
async def sessions(request, tmp_path, policy, clock):
    async with opened(request.param, tmp_path) as store:
        yield Sessions(store, policy, clock=clock)


@pytest.fixture
def app(sessions):
    return make_site(sessions)


@pytest.fixture
async def crowd(app, base_url, http_server):
    crowd = Crowd(app, base_url)
    yield crowd
    crowd.close()
