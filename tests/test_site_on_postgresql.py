"""The whole site with its sessions and accounts in PostgreSQL."""

import asyncio
import json

import pytest

from tests.handlers.signing import Person
from tests.handlers.visitor import html_tag
from tests.plugins.http import StrictClient
from tests.programs import server
from tests.servers.postgresql_shared import empty_store_url

# For a machine that is busy.
pytestmark = pytest.mark.gen_test(timeout=60)


@pytest.fixture
def url():
    return empty_store_url()


@pytest.fixture
def site(tmp_path, url):
    # Two processes that open one empty database at once; the schema is shared, too.
    options = ("--processes=2", f"--store={url}", f"--database={url}")
    with server(tmp_path, *options) as running:
        yield f"http://127.0.0.1:{running.port}"
        assert running.stop() == 0


@pytest.fixture
async def client():
    client = StrictClient(force_instance=True)
    yield client
    client.close()


async def test_an_account_lives_its_life_on_it(site, client):
    ada, elsewhere = Person(client, site), Person(client, site)

    ready = await ada.get("/readyz")
    assert json.loads(ready.body) == {"status": "ready"}

    await ada.prefer(theme="dark")
    assert (await ada.signs_up("Ada")).code == 303
    assert (await elsewhere.signs_in("ada", "the wrong password")).code == 403
    assert (await elsewhere.signs_in("ada")).code == 303
    assert 'data-theme="dark"' in html_tag(await elsewhere.get("/"))

    await elsewhere.prefer(language="de")
    assert 'lang="de"' in html_tag(await ada.get("/"))
    page = (await ada.get("/sessions")).body.decode()
    assert page.count("/revoke") >= 2  # the other session, and all others

    assert (await elsewhere.signs_out()).code == 303
    assert not await elsewhere.is_signed_in()
    assert await ada.is_signed_in()


async def test_of_two_processes_none_gives_a_name_twice(site, client):
    people = [Person(client, site) for _ in range(6)]

    answers = await asyncio.gather(*(each.signs_up("ada") for each in people))

    assert sorted(each.code for each in answers) == [303, 422, 422, 422, 422, 422]
