"""Tests of forms that come back when they arrive too late."""

import html
import re
from base64 import b64decode
from datetime import timedelta

import pytest

from tests.handlers.signing import PASSWORD
from tests.handlers.visitor import text_of
from tornado_app.handlers.returning import MAX_TYPED_BYTES

pytestmark = pytest.mark.logs("Form token was refused")

OURS = {"Sec_Fetch_Site": "same-origin"}
BROWSERS = ({"Sec_Fetch_Site": "same-origin"}, {"Origin": "ORIGIN"})
# What does not say that our own page sent it.
SILENT = ({}, {"Sec_Fetch_Site": "none"})


@pytest.fixture
async def signed_out(ada, sessions):
    """Ada, who has a form before her while her session ends."""
    await ada.signs_up()
    await ada.prefer(name="Ada", theme="dark", language="de")
    await ada.get("/preferences")
    await sessions.revoke_all()
    return ada


def browser(headers, base_url):
    return {k: v.replace("ORIGIN", base_url) for k, v in headers.items()}


def field(page, name):
    """The value of the hidden field *name*."""
    found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""


async def signs_in_from(person, page, username="ada", **fields):
    """Fill in the sign-in form that *page* holds."""
    kept = {name: field(page, name) for name in ("next", "returned")}
    typed = {"username": username, "password": PASSWORD}
    return await person.post("/sign-in", kept | typed | fields)


async def sent_late(person, path="/preferences", **fields):
    """Send the form that the page seen last holds; return the page that comes."""
    response = await person.post(path, fields, **OURS)
    assert response.code == 403
    return response.body.decode()


@pytest.mark.parametrize("headers", BROWSERS)
async def test_a_form_of_an_ended_session_asks_to_sign_in(
    signed_out, base_url, headers
):
    response = await signed_out.post(
        "/preferences", {"name": "Countess"}, **browser(headers, base_url)
    )

    page = response.body.decode()
    assert response.code == 403
    assert response.headers["Cache-Control"] == "no-store"
    assert 'action="/sign-in"' in page
    assert "it comes back with what you typed" in page


@pytest.mark.parametrize("path", ["/preferences", "/sessions/revoke-others"])
async def test_a_refusal_looks_and_sounds_like_one(signed_out, path):
    page = await sent_late(signed_out, path, name="Countess")

    assert re.findall(r"<title>(\S+)", page) == ["Error:"]
    alert = '<p class="error-summary" role="alert" tabindex="-1" autofocus>'
    assert page.count(alert + "You were signed out before this form arrived") == 1


async def test_after_the_sign_in_the_form_shows_what_was_typed(signed_out, accounts):
    page = await sent_late(signed_out, name="Countess <3", theme="light")

    response = await signs_in_from(signed_out, page)

    assert (response.code, response.headers["Location"]) == (303, "/preferences")
    page = (await signed_out.get("/preferences")).body.decode()
    assert 'name="name" value="Countess &lt;3"' in page
    assert 'name="theme" value="light" checked' in page
    assert 'value="de" lang="de" selected' in page


async def test_nothing_is_stored_until_the_visitor_sends_it_again(signed_out):
    page = await sent_late(signed_out, name="Countess", theme="light")
    await signs_in_from(signed_out, page)
    page = (await signed_out.get("/preferences")).body.decode()
    assert 'data-theme="dark"' in page

    response = await signed_out.post(
        "/preferences", {"name": "Countess", "theme": "light"}
    )

    assert response.code == 303
    assert "Countess" in text_of(await signed_out.get("/"), "greeting")


async def test_it_comes_back_once(signed_out):
    page = await sent_late(signed_out, name="Countess")
    await signs_in_from(signed_out, page)
    await signed_out.get("/preferences")

    assert "Countess" not in (await signed_out.get("/preferences")).body.decode()


async def test_a_browser_that_looks_ahead_does_not_use_it_up(signed_out):
    page = await sent_late(signed_out, name="Countess")
    await signs_in_from(signed_out, page)
    await signed_out.get("/preferences", Sec_Purpose="prefetch")

    assert "Countess" in (await signed_out.get("/preferences")).body.decode()


async def test_a_wrong_password_does_not_lose_it(signed_out):
    page = await sent_late(signed_out, name="Countess")
    refused = await signs_in_from(signed_out, page, password="not the password")

    await signs_in_from(signed_out, refused.body.decode())

    assert refused.code == 403
    assert "Countess" in (await signed_out.get("/preferences")).body.decode()


async def test_fields_that_were_left_alone_are_as_they_are_stored_now(
    ada, bea, sessions
):
    await ada.signs_up()
    await ada.prefer(name="Ada", theme="dark")
    before = (await ada.get("/preferences")).body.decode()
    await sessions.revoke_all()
    await bea.signs_in()
    await bea.prefer(theme="light")

    page = await sent_late(
        ada, name="Countess", theme="dark", shown=field(before, "shown")
    )
    await signs_in_from(ada, page)

    page = (await ada.get("/preferences")).body.decode()
    assert 'name="name" value="Countess"' in page
    assert 'name="theme" value="light" checked' in page


async def test_what_was_typed_is_for_the_same_account_alone(signed_out, bea):
    await bea.signs_up("bea")
    page = await sent_late(signed_out, name="Countess")

    response = await signs_in_from(signed_out, page, "bea")

    assert response.headers["Location"] == "/preferences"
    assert "Countess" not in (await signed_out.get("/preferences")).body.decode()


async def test_nobody_can_make_up_what_comes_back(signed_out):
    page = await sent_late(signed_out, name="Countess")
    sealed = field(page, "returned")
    body, _, token = sealed.partition(".")

    for forged in (body, "x." + token, body[:-4] + "." + token, f"{body}.{token}x"):
        response = await signs_in_from(signed_out, page, returned=forged)
        assert response.code == 303
        assert "Countess" not in (await signed_out.get("/preferences")).body.decode()
        await signed_out.signs_out()
        await signed_out.get("/sign-in")


async def test_no_form_s_token_passes_for_a_seal(signed_out):
    page = await sent_late(signed_out, name="Countess")
    body = field(page, "returned").partition(".")[0]

    await signs_in_from(signed_out, page, returned=f"{body}.{signed_out.token()}")

    assert "Countess" not in (await signed_out.get("/preferences")).body.decode()


@pytest.mark.parametrize("headers", SILENT)
async def test_what_may_come_from_elsewhere_does_not_come_back(signed_out, headers):
    response = await signed_out.post("/preferences", {"name": "Planted"}, **headers)

    assert response.code == 403
    assert "Planted" not in response.body.decode()
    assert 'name="returned"' not in response.body.decode()


async def test_nothing_is_kept_on_the_server_before_the_sign_in(signed_out, sessions):
    await sent_late(signed_out, name="Countess")

    assert await sessions.count() == 0


async def test_passwords_do_not_come_back(signed_out):
    page = await sent_late(
        signed_out,
        "/account/password",
        old_password=PASSWORD,
        password="another secret, longer",
        others="keep",
    )
    sealed = b64decode(field(page, "returned").partition(".")[0], altchars="-_")
    for text in (page, sealed.decode()):
        assert "secret" not in text
        assert PASSWORD not in text

    response = await signs_in_from(signed_out, page)

    assert response.headers["Location"] == "/account/password"
    page = (await signed_out.get("/account/password")).body.decode()
    assert 'name="others" value="keep" checked' in page
    assert "secret" not in page


async def test_after_the_greeting_s_form_the_name_is_in_the_preferences(signed_out):
    page = await sent_late(signed_out, "/", name="Countess")

    response = await signs_in_from(signed_out, page)

    assert response.headers["Location"] == "/preferences"
    page = (await signed_out.get("/preferences")).body.decode()
    assert 'name="name" value="Countess"' in page


async def test_ending_a_session_leads_back_to_the_page_with_the_buttons(signed_out):
    page = await sent_late(signed_out, "/sessions/AAAAAAAAAAAAAAAA/revoke")
    assert "Sign in, then try again." in page

    response = await signs_in_from(signed_out, page)

    assert response.headers["Location"] == "/sessions"


async def test_a_form_of_no_page_s_own_is_shown_with_a_button(signed_out):
    page = await sent_late(signed_out, "/sessions/revoke-others", name="My <phone>")

    response = await signs_in_from(signed_out, page)

    assert response.headers["Location"] == "/returned"
    page = (await signed_out.get("/returned")).body.decode()
    assert '<form class="card" method="post" action="/sessions/revoke-others">' in page
    assert field(page, "name") == "My <phone>"
    assert "<bdi>My &lt;phone&gt;</bdi>" in page
    assert (await signed_out.get("/returned")).code == 303


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "x" * (MAX_TYPED_BYTES + 1)},
        {"n" * 41: "x"},
        {"<b>": "x"},
    ],
)
async def test_what_is_too_much_does_not_come_back(signed_out, fields):
    page = await sent_late(signed_out, **fields)
    assert "Sign in, then try again." in page
    assert len(field(page, "returned")) < 500

    await signs_in_from(signed_out, page)

    assert "x" * 20 not in (await signed_out.get("/preferences")).body.decode()


async def test_characters_that_no_page_can_hold_come_back_as_a_sign(signed_out):
    page = await sent_late(signed_out, name="A\x00da")

    await signs_in_from(signed_out, page)

    page = (await signed_out.get("/preferences")).body.decode()
    assert 'name="name" value="A\ufffdda"' in page


async def test_a_sign_out_that_is_late_has_nothing_to_do(signed_out):
    response = await signed_out.post("/sign-out", {}, **OURS)

    assert (response.code, response.headers["Location"]) == (303, "/")


class TestWithASessionThatLives:
    @pytest.fixture
    async def stale(self, ada, clock):
        """Ada, who signed in anew in another tab since she opened her form."""
        await ada.signs_up()
        await ada.get("/preferences")
        before = ada.page
        clock.now += timedelta(seconds=1)
        await ada.signs_in()
        ada.page = before
        return ada

    async def test_the_page_shows_what_was_typed_and_a_fresh_token(self, stale):
        page = await sent_late(stale, name="Countess", theme="light")
        assert 'name="name" value="Countess"' in page
        assert 'name="theme" value="light" checked' in page
        assert "If it is not done already, please look it over" in page
        assert "<title>Error: Preferences" in page
        assert page.count('role="alert" tabindex="-1" autofocus>We could not') == 1

        response = await stale.post("/preferences", {"name": "Countess"})

        assert response.code == 303
        assert "Countess" in text_of(await stale.get("/"), "greeting")

    async def test_the_greeting_s_form_can_be_sent_with_a_button(self, stale):
        page = await sent_late(stale, "/", name="Countess")
        assert '<form class="card" method="post" action="/">' in page

        response = await stale.post("/", {"name": field(page, "name")})

        assert response.code == 303
        assert "Countess" in text_of(await stale.get("/"), "greeting")

    async def test_what_has_nothing_to_come_back_leads_to_its_page(self, stale):
        page = await sent_late(stale, "/sessions/revoke-others")

        assert 'class="button" href="/sessions"' in page

    async def test_a_sign_out_is_not_done(self, stale):
        await sent_late(stale, "/sign-out")

        assert await stale.is_signed_in()

    async def test_a_client_that_wants_json_gets_json(self, stale):
        headers = OURS | {"Accept": "application/json"}
        response = await stale.post("/preferences", {"name": "x"}, **headers)

        assert response.code == 403
        assert response.headers["Content-Type"].startswith("application/json")


class TestOfAStranger:
    async def test_a_form_without_its_cookie_comes_back(self, visitor):
        await visitor.get("/preferences")
        visitor.cookies.clear()

        page = await sent_late(visitor, name="Countess")

        assert 'name="name" value="Countess"' in page
        assert (await visitor.post("/preferences", {"name": "Countess"})).code == 303

    async def test_it_leaves_no_session(self, visitor, sessions):
        await visitor.get("/")
        visitor.cookies.clear()

        await sent_late(visitor, "/", name="Countess")

        assert await sessions.count() == 0

    @pytest.mark.parametrize("path", ["/sign-in", "/sign-up"])
    async def test_signing_in_keeps_the_name_and_the_wish_and_no_password(
        self, visitor, path
    ):
        await visitor.get(path)
        visitor.cookies.clear()

        page = await sent_late(
            visitor, path, username="ada", password=PASSWORD, next="/preferences"
        )

        assert f'action="{path}"' in page
        assert 'name="username" value="ada"' in page
        assert field(page, "next") == "/preferences"
        assert PASSWORD not in page

    async def test_an_account_s_form_asks_to_sign_in(self, visitor):
        await visitor.get("/")

        response = await visitor.post(
            "/account/password", {"others": "keep"}, token="", **OURS
        )

        assert (response.code, response.headers["Location"]) == (
            303,
            "/sign-in?next=%2Faccount%2Fpassword",
        )
