"""Several cookie secrets: the first signs, all verify."""

import pytest

from tests.sessions.http.site import count
from tornado_app.sessions import signing_settings

OLD, NEW, NEWEST = (f"the {name} secret, of 32 bytes or more" for name in "abc")


@pytest.fixture
async def served(site):
    site.on("/", get=count)
    sign_with(site, OLD)
    browser = site.browser()
    await browser.text()
    return site, browser


def sign_with(site, *secrets):
    site.app.settings.update(signing_settings(*secrets))


async def test_a_new_first_secret_signs_nobody_out(served):
    site, browser = served
    sign_with(site, NEW, OLD)

    assert await browser.text() == "2"


async def test_the_first_secret_signs(served):
    site, browser = served
    sign_with(site, NEW, OLD)
    newcomer = site.browser()
    await newcomer.text()
    sign_with(site, NEW)

    assert await newcomer.text() == "2"
    assert await browser.text() == "1"


async def test_the_order_of_secrets_means_nothing_to_cookies(served):
    site, browser = served
    for number, secrets in enumerate([(NEW, OLD), (OLD, NEW), (NEWEST, NEW, OLD)], 2):
        sign_with(site, *secrets)

        assert await browser.text() == str(number)


async def test_the_cookies_of_a_removed_secret_are_refused(served):
    site, browser = served
    assert await browser.text() == "2"  # verified, and perhaps remembered
    sign_with(site, NEW, NEWEST)

    assert await browser.text() == "1"


@pytest.mark.parametrize("secrets", [(), ("short",), (OLD, OLD)])
def test_no_secret_a_short_one_and_one_given_twice_are_refused(secrets):
    with pytest.raises(ValueError, match="want"):
        signing_settings(*secrets)


@pytest.mark.logs("Uncaught exception GET /", "access: 500")
async def test_without_any_secret_the_application_is_told(served, caplog):
    site, _ = served
    site.app.settings.pop("cookie_secret")

    assert (await site.browser().get()).code == 500
    assert "'cookie_secret' setting in your application to use sessions" in caplog.text


@pytest.mark.logs("Uncaught exception GET /", "access: 500")
async def test_several_secrets_without_a_first_one_are_a_500(site, caplog):
    site.on("/", get=count)
    site.app.settings["cookie_secret"] = {1: OLD, 2: NEW}

    assert (await site.browser().get()).code == 500
    assert "key_version setting must be used" in caplog.text
