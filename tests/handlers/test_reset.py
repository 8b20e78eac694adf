"""Tests of the link that resets a forgotten password."""

from datetime import timedelta

import pytest

from tests.accounts import busy
from tests.handlers.signing import PASSWORD
from tests.handlers.visitor import text_of
from tornado_app.sign_ins import Ended

NEW = "staple battery horse correct"
DAY = timedelta(days=1)


@pytest.fixture
async def link(ada, accounts):
    """Where Ada's link leads."""
    await ada.signs_up()
    offer = await accounts.offer_reset("ada", lifetime=DAY)
    return f"/reset/{offer.token}"


async def reset(person, link, password=NEW, **headers):
    await person.get(link)
    return await person.post(link, {"password": password}, **headers)


async def test_the_page_names_the_account_and_the_rules(link, bea):
    page = (await bea.get(link)).body.decode()

    assert "For the account of ada." in page
    assert "15 characters or more" in page
    assert 'name="password" type="password" autocomplete="new-password"' in page
    assert 'name="username" value="ada" autocomplete="username"' in page


async def test_looking_at_the_page_uses_nothing_up(link, bea):
    await bea.get(link)
    await bea.send("HEAD", link, headers={})

    assert (await reset(bea, link)).code == 303


async def test_the_new_password_signs_in_and_the_old_does_not(link, bea):
    response = await reset(bea, link)

    assert (response.code, response.headers["Location"]) == (303, "/sign-in")
    assert "Your new password is set." in (await bea.get("/sign-in")).body.decode()
    assert (await bea.signs_in(password=PASSWORD)).code == 403
    assert (await bea.signs_in(password=NEW)).code == 303


async def test_nobody_is_signed_in_by_a_link(link, bea):
    await reset(bea, link)

    assert not await bea.is_signed_in()


async def test_every_session_of_the_account_ends(link, ada, bea, accounts, clock):
    await reset(bea, link)

    assert not await ada.is_signed_in()
    account = await accounts.authenticate("ada", NEW, address="", device="")
    [sign_in] = await accounts.sign_ins_of(account.id)
    assert (sign_in.ended, sign_in.ended_at) == (Ended.PASSWORD_CHANGED, clock.now)


async def test_it_ends_this_session_too_if_it_is_the_account_s(link, ada):
    stolen = ada.cookies["session"]

    await reset(ada, link)

    assert "Your new password is set." in (await ada.get("/sign-in")).body.decode()
    assert not await ada.is_signed_in()
    ada.cookies["session"] = stolen
    assert not await ada.is_signed_in()


async def test_who_is_signed_in_to_another_account_stays_so(link, bea):
    await bea.signs_up("bea")

    await reset(bea, link)

    assert await bea.is_signed_in()


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "too short"),
        ("fourteen chars", "too short"),
        ("x" * 1_025, "too long"),
        ("passwordpassword", "Many people use"),
    ],
)
async def test_a_refused_password_leaves_the_link_good(link, bea, password, words):
    response = await reset(bea, link, password)

    assert response.code == 422
    assert words in text_of(response, "password-problem")
    assert (await reset(bea, link)).code == 303


async def test_a_form_without_a_password_is_a_400(link, bea):
    await bea.get(link)

    assert (await bea.post(link, {})).code == 400


async def test_used_unknown_and_late_links_get_the_same_page(
    link, bea, accounts, clock
):
    await bea.get("/")
    late = await accounts.offer_reset("ada", lifetime=timedelta(seconds=1))
    clock.now += timedelta(seconds=1)
    pages = []

    for path in (link, f"/reset/{late.token}", "/reset/x", "/reset/%F6", "/reset/a%00"):
        for response in (
            await bea.get(path),
            await bea.post(path, {"password": NEW}),
        ):
            assert response.code == 404
            pages.append(text_of_main(response))

    assert len(set(pages)) == 1
    assert "This link does not work" in pages[0]
    assert "ask the people who run this site" in pages[0]


def text_of_main(response):
    page = response.body.decode()
    return page[page.index("<main") : page.index("</main>")]


async def test_a_link_is_good_once(link, bea):
    await reset(bea, link)

    assert (await bea.get(link)).code == 404
    assert (await bea.post(link, {"password": PASSWORD})).code == 404
    assert (await bea.signs_in(password=NEW)).code == 303


async def test_no_other_site_learns_the_link(link, bea):
    for path in (link, "/reset/x"):
        response = await bea.get(path)
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"
    refused = await reset(bea, link, "short")
    assert refused.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.logs("Form token was refused")
async def test_no_log_holds_the_link(link, bea, caplog):
    caplog.set_level("DEBUG")
    token = link.rpartition("/")[2]

    await bea.get(link)
    await bea.get(f"{link}.")
    await bea.get(f"/{link}/x")
    await bea.get(link.replace("reset", "Reset"))
    await bea.post(link, {"password": NEW}, token="")
    await reset(bea, link)

    assert "GET /reset/..." in caplog.text
    assert token not in caplog.text


@pytest.mark.logs("Form token was refused")
async def test_no_form_from_elsewhere_resets(link, bea):
    response = await bea.post(link, {"password": NEW}, token="")

    assert response.code == 403
    assert (await bea.signs_in()).code == 303


@pytest.mark.logs("Form token was refused")
async def test_a_form_that_lost_its_cookie_is_shown_again(link, bea):
    await bea.get(link)
    bea.cookies.clear()

    response = await bea.post(link, {"password": NEW}, Sec_Fetch_Site="same-origin")

    assert response.code == 403
    assert "send it again" in response.body.decode()
    assert NEW not in response.body.decode()
    assert (await bea.post(link, {"password": NEW})).code == 303


async def test_a_browser_that_hides_where_it_comes_from_can_reset(link, bea):
    assert (await reset(bea, link, Origin="null")).code == 303


@pytest.mark.logs("not allowed")
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null", "Sec_Fetch_Site": "cross-site"},
        {"Origin": "http://evil.localhost"},
    ],
)
async def test_another_site_cannot(link, bea, headers):
    assert (await reset(bea, link, **headers)).code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_a_wrong_method_is_a_405(link, bea, method):
    assert (await bea.send(method, link, headers={})).code == 405


@pytest.mark.logs("503 POST /reset/")
async def test_while_too_many_passwords_wait_the_link_stays_good(
    link, bea, hashing, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(hashing, "hash", busy)
        response = await reset(bea, link)

    assert response.code == 503
    assert response.headers["Retry-After"] == "5"
    assert "Very many people" in text_of(response, "password-problem")
    assert (await reset(bea, link)).code == 303
