"""Tests of the names that the site answers to, and of requests for others."""

import pytest

from tests.handlers.conftest import SECRET
from tests.plugins.effort import counts
from tornado_app.application import ROUTES, make_app
from tornado_app.body_limit import MAX_FORM_BYTES
from tornado_app.settings import Settings

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
FOREIGN = {"Host": "evil.example"}


def paths():
    for pattern, _ in ROUTES:
        yield pattern.split("(")[0]
    yield from ("/nowhere", "/favicon.ico", "/sessions/AAAAAAAAAAAAAAAA/revoke")


@pytest.fixture
def watched(sessions, monkeypatch):
    """The cookies of which a session was loaded."""
    presented = []
    load = sessions.lifecycle.load_at_once

    def watching(cookie):
        presented.append(cookie)
        return load(cookie)

    monkeypatch.setattr(sessions.lifecycle, "load_at_once", watching)
    return presented


@pytest.mark.gen_test(timeout=60)
async def test_a_foreign_host_is_refused_on_every_route_before_any_session(
    ada, watched
):
    await ada.signs_up()
    assert watched != []
    watched.clear()

    for path in paths():
        for method in METHODS:
            response = await ada.send(method, path, headers=FOREIGN)
            counts["requests for a foreign host, refused"] += 1
            assert response.code == 421, (method, path)
            assert "Set-Cookie" not in response.headers

    assert watched == []
    assert await ada.is_signed_in()


async def test_the_page_says_what_is_wrong_and_machines_are_told_too(visitor):
    response = await visitor.get("/", **FOREIGN)
    machine = await visitor.get("/", Accept="application/json", **FOREIGN)

    assert "This is not our address" in response.body.decode()
    assert b'"status": 421' in machine.body


async def test_the_operator_is_told_which_name_it_was(visitor, caplog):
    caplog.set_level("INFO")

    await visitor.get("/", Host="evil.example:8888")

    assert "got a 421: Host evil.example:8888 is not one that --hosts" in caplog.text


async def test_a_long_body_for_a_foreign_host_is_no_way_around_it(visitor, watched):
    body = "x" * (MAX_FORM_BYTES + 1)

    response = await visitor.send("POST", "/", headers=FORM | FOREIGN, body=body)

    assert response.code == 421
    assert watched == []


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:1", "127.0.0.1:80", "[::1]:80", "app.site.localhost"],
)
async def test_the_names_of_this_machine_are_ours(visitor, host):
    assert (await visitor.get("/", Host=host)).code == 200


@pytest.mark.parametrize(
    ("options", "hosts", "status"),
    [
        ({"address": "::1"}, ["example.org"], 421),
        ({"address": "localhost"}, ["example.org"], 421),
        ({"address": "0.0.0.0"}, ["example.org", "10.1.2.3"], 200),  # noqa: S104
        ({"trusted_proxies": ("10.0.0.0/8",)}, ["example.org"], 200),
        ({"hosts": ("example.org",)}, ["example.org", "example.org:8888"], 200),
        ({"hosts": ("example.org",)}, ["www.example.org", "10.1.2.3"], 421),
        ({"hosts": ("example.org",), "address": "0.0.0.0"}, ["a.example"], 421),  # noqa: S104
    ],
)
def test_who_is_answered_depends_on_where_the_site_can_be_reached(
    sessions, accounts, options, hosts, status
):
    app = make_app(
        Settings(**options), sessions=sessions, accounts=accounts, secrets=[SECRET]
    )

    for host in hosts:
        name = host.partition(":")[0]
        assert app.settings["hosts"].answers_to(name) is (status == 200), host
