"""Tests of the page from which an account is looked after."""

import pytest


async def test_it_is_for_those_who_are_signed_in(ada):
    response = await ada.get("/account")

    assert response.code == 303
    assert response.headers["Location"] == "/sign-in?next=%2Faccount"


async def test_it_names_the_account_and_leads_to_each_part(ada):
    await ada.signs_up("Ada <3")

    page = (await ada.get("/account")).body.decode()

    assert "You signed in as Ada &lt;3 on November 24, 2026" in page
    for path in (
        "/account/password",
        "/account/delete",
        "/sessions",
        "/preferences",
        "/data",
    ):
        assert f'href="{path}"' in page


async def test_every_page_leads_there_once_somebody_is_signed_in(ada):
    link = 'href="/account"'
    assert link not in (await ada.get("/")).body.decode()
    await ada.signs_up()

    for path in ("/", "/preferences", "/sessions"):
        assert link in (await ada.get(path)).body.decode()


@pytest.mark.parametrize("path", ["/account", "/account/deleted", "/data"])
async def test_these_pages_are_only_looked_at(ada, path):
    await ada.signs_up()
    await ada.get("/account")

    assert (await ada.post(path, {})).code == 405
