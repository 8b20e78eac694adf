"""Every cookie, from whatever address, has all that a browser can protect it by."""

from http.cookies import SimpleCookie

import pytest

from tests.handlers.signing import PASSWORD, Person
from tests.plugins.effort import counts
from tests.security import routes
from tests.security.https_site import SafePerson, behind_https
from tornado_app.application import make_app

MOST_BYTES = 4096  # RFC 6265bis: browsers ignore a larger one
MOST_AGE_S = 400 * 86_400  # the same
STATES = ["a stranger", "somebody with a name", "somebody signed in"]


@pytest.fixture
def app(site_settings, sessions, accounts):
    secrets = ["a secret that is only for the tests of the site"]
    return behind_https(
        make_app(site_settings, sessions=sessions, accounts=accounts, secrets=secrets)
    )


async def visitors(http_client, base_url, kind):
    """One visitor in each state."""
    stranger, named, signed_in = (kind(http_client, base_url) for _ in STATES)
    await named.introduce()
    await signed_in.signs_up()
    return dict(zip(STATES, (stranger, named, signed_in), strict=True))


async def answers_everywhere(people):
    """What every route answers to everybody: looks, forms, mistakes."""
    for person in people.values():
        for route in routes.EVERY:
            yield await person.get(route.path)
            yield await person.post(route.path, {})
            yield await person.post(route.path, {}, token="no token of ours")
        yield await person.get("/nowhere")
        yield await person.post("/preferences", {"theme": "dark"})
        yield await person.post("/preferences", {"theme": "none such"})
        yield await person.post("/", {"name": "Bea"})
        typed = {"username": "ada", "password": PASSWORD}
        yield await person.post("/sign-in", typed)
        yield await person.signs_out()


def problems_of(line):
    """What a browser could not protect of this Set-Cookie over https."""
    ((name, morsel),) = SimpleCookie(line).items()
    pair = line.partition(";")[0]
    attributes = [part.strip().lower() for part in line.split(";")[1:]]
    checks = {
        "prefix": name.startswith("__Host-"),
        "secure": "secure" in attributes,
        "httponly": "httponly" in attributes,
        "samesite": morsel["samesite"] in ("Lax", "Strict"),
        "path": morsel["path"] == "/",
        "no domain": not any(part.startswith("domain") for part in attributes),
        "size": len(pair.encode()) <= MOST_BYTES,
        "age": int(morsel["max-age"] or 0) <= MOST_AGE_S,
    }
    return [what for what, holds in checks.items() if not holds]


@pytest.mark.logs("Form token was refused")
async def test_over_https_every_cookie_is_this_host_s_and_no_script_s(
    http_client, base_url
):
    people = await visitors(http_client, base_url, SafePerson)
    lines, answers = [], 0

    async for answer in answers_everywhere(people):
        lines += answer.headers.get_list("Set-Cookie")
        answers += 1

    assert {line: problems_of(line) for line in lines if problems_of(line)} == {}
    assert {line.partition("=")[0] for line in lines} == {
        "__Host-session",
        "__Host-_xsrf",
        "__Host-device",
    }
    counts["Set-Cookie lines checked (faulty: 0)"] += len(lines)
    counts["answers looked through for cookies"] += answers


@pytest.mark.logs("Form token was refused")
async def test_over_http_they_are_no_script_s_and_go_nowhere_else(
    http_client, base_url
):
    people = await visitors(http_client, base_url, Person)
    lines = []

    async for answer in answers_everywhere(people):
        lines += answer.headers.get_list("Set-Cookie")

    for line in lines:
        assert set(problems_of(line)) <= {"prefix", "secure"}, line
    assert lines
    counts["Set-Cookie lines checked (faulty: 0)"] += len(lines)


async def test_files_and_machines_answers_set_no_cookie(http_client, base_url):
    people = await visitors(http_client, base_url, Person)
    plain = [route.path for route in routes.EVERY if not route.has_session]

    for person in people.values():
        for path in plain:
            answer = await person.get(path)
            assert answer.headers.get_list("Set-Cookie") == [], path
            if etag := answer.headers.get("Etag"):
                again = await person.get(path, If_None_Match=etag)
                assert again.code == 304
                assert again.headers.get_list("Set-Cookie") == [], path


async def test_the_session_s_cookie_says_nothing_of_its_user(http_client, base_url):
    person = SafePerson(http_client, base_url)
    await person.signs_up("a user name to look for")

    held = " ".join(person.cookies.values()).lower()

    assert "look" not in held
