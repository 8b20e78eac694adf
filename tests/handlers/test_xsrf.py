"""Tests of the proof that a form is ours."""

from urllib.parse import quote

import pytest

from tests.handlers.visitor import Visitor, text_of
from tornado_app.handlers.xsrf import FormTokens, cookie_subject, session_subject

REFUSED = "Form token was refused"
NAME = {"name": "Ada"}


@pytest.fixture
def stranger(http_client, base_url):
    return Visitor(http_client, base_url)


@pytest.mark.logs(REFUSED)
@pytest.mark.parametrize(
    "token",
    [
        "no token",
        "x",
        "A" * 88,
        "ä" * 88,
        "\x00",
        "=" * 88,
        "A" * 20_000,
        "2|1234|56|78",
    ],
)
async def test_a_malformed_token_is_refused(visitor, sessions, token):
    await visitor.get("/")

    response = await visitor.post("/", NAME, token=token)

    assert response.code == 403
    assert await sessions.count() == 0


@pytest.mark.logs(REFUSED)
async def test_the_refusal_says_what_to_do(visitor):
    response = await visitor.post("/preferences", NAME, token="")

    page = response.body.decode()
    assert "Open the page again" in page
    assert 'href="/preferences"' in page


@pytest.mark.logs(REFUSED)
async def test_a_token_in_the_url_does_not_count(visitor):
    await visitor.get("/")

    response = await visitor.post(f"/?_xsrf={quote(visitor.token())}", NAME, token="")

    assert response.code == 403


@pytest.mark.logs(REFUSED)
async def test_a_token_without_its_cookie_is_refused(visitor):
    await visitor.get("/")
    visitor.cookies.clear()

    assert (await visitor.post("/", NAME)).code == 403


@pytest.mark.logs(REFUSED)
async def test_another_visitor_s_token_is_refused(visitor, stranger):
    await visitor.get("/")
    await stranger.get("/")

    assert (await visitor.post("/", NAME, token=stranger.token())).code == 403


@pytest.mark.logs(REFUSED)
async def test_the_token_of_another_session_is_refused(visitor, stranger):
    await visitor.prefer(theme="dark")
    await stranger.prefer(theme="dark")
    await stranger.get("/preferences")

    response = await visitor.post("/preferences", NAME, token=stranger.token())

    assert response.code == 403


@pytest.mark.logs(REFUSED)
@pytest.mark.parametrize("value", ["a", "", "a" * 33, 'a"b', "ä", "a b"])
async def test_a_cookie_we_did_not_make_is_replaced(visitor, value):
    visitor.cookies["_xsrf"] = value

    refused = await visitor.post("/", NAME, token=value)
    await visitor.get("/")

    assert refused.code == 403
    assert len(visitor.cookies["_xsrf"]) == 32


@pytest.mark.logs(REFUSED)
@pytest.mark.parametrize("form", ["{ours}; {planted}", "{planted}; {ours}"])
async def test_a_planted_second_cookie_makes_no_form_ours(visitor, app, sessions, form):
    await visitor.get("/")
    ours, planted = visitor.cookies["_xsrf"], "a" * 32
    token = app.settings["form_tokens"].make(cookie_subject(planted))
    cookies = form.format(ours=f"_xsrf={ours}", planted=f"_xsrf={planted}")

    response = await visitor.post("/", NAME, token=token, Cookie=cookies)

    assert response.code == 403
    assert await sessions.count() == 0


@pytest.mark.logs(REFUSED)
@pytest.mark.parametrize("name", [" _xsrf ", "_XSRF", '"_xsrf"', "_xsrf\t", "%5Fxsrf"])
async def test_a_cookie_whose_name_only_looks_like_ours_makes_no_form_ours(
    visitor, app, name
):
    planted = "a" * 32
    token = app.settings["form_tokens"].make(cookie_subject(planted))

    response = await visitor.post(
        "/", NAME, token=token, Cookie=f"a=b;{name}={planted}"
    )

    assert response.code == 403


async def test_a_form_opened_before_the_first_thing_was_stored_stays_good(visitor):
    await visitor.get("/preferences")
    other_tab = visitor.token()
    await visitor.introduce("Ada")

    response = await visitor.post("/preferences", {"theme": "dark"}, token=other_tab)

    assert response.code == 303


async def test_a_session_s_form_needs_no_other_cookie(visitor):
    await visitor.prefer(theme="dark")
    await visitor.get("/preferences")
    del visitor.cookies["_xsrf"]

    assert (await visitor.post("/preferences", NAME)).code == 303


async def test_a_token_is_never_the_same_text_twice(visitor):
    await visitor.get("/")
    first = visitor.token()
    await visitor.get("/")

    assert visitor.token() != first
    assert (await visitor.post("/", NAME, token=first)).code == 303


async def test_a_session_s_pages_set_no_form_cookie(visitor):
    await visitor.introduce()
    del visitor.cookies["_xsrf"]

    response = await visitor.get("/preferences")

    assert response.headers.get_list("Set-Cookie") == []


async def test_the_form_cookie_is_for_this_site_and_no_script(visitor):
    response = await visitor.get("/")

    (cookie,) = response.headers.get_list("Set-Cookie")
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert attributes == {"httponly", "samesite=lax", "path=/"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site", "Origin": "https://other.example"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://other.example"},
        {"Origin": "null"},
    ],
)
@pytest.mark.logs("got a 403")
async def test_a_form_from_elsewhere_is_refused_even_with_a_good_token(
    visitor, sessions, headers
):
    await visitor.get("/")

    response = await visitor.post("/", NAME, **headers)

    assert response.code == 403
    assert "Open the page again" in response.body.decode()
    assert await sessions.count() == 0


async def test_a_browser_s_own_form_passes(visitor):
    await visitor.get("/")

    response = await visitor.post(
        "/", NAME, Sec_Fetch_Site="same-origin", Origin=visitor.base_url
    )

    assert response.code == 303
    assert text_of(await visitor.get("/"), "greeting") == "Hello, Ada!"


def test_a_token_made_under_an_old_secret_is_still_accepted():
    subject = cookie_subject("a" * 32)

    token = FormTokens(["old secret"]).make(subject)

    assert FormTokens(["new secret", "old secret"]).accepts(token, [subject])
    assert not FormTokens(["new secret"]).accepts(token, [subject])


def test_a_token_from_before_the_sign_in_is_dead(clock):
    tokens = FormTokens(["secret"])

    token = tokens.make(session_subject("handle", None))

    assert tokens.accepts(token, [session_subject("handle", None)])
    assert not tokens.accepts(token, [session_subject("handle", clock.now)])
