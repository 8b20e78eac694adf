"""Looking after an account with a real browser, without JavaScript."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.conftest import ARGUMENTS, chromium_path
from tests.programs import clean_environment, server

PASSWORD = "correct horse battery staple"
NEW = "staple battery horse correct"
PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    with server(folder, "--hosts=site.test") as running:
        running.folder = folder
        yield running
        assert running.stop() == 0, running.errors


@pytest.fixture
def address(running):
    return f"http://127.0.0.1:{running.port}"


@pytest.fixture
def page(browser):
    page = open_page(browser)
    yield page
    page.context.close()


@pytest.fixture
def other(browser):
    """Another device."""
    page = open_page(browser)
    yield page
    page.context.close()


def open_page(browser):
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page


def enter(page, url, username, password=PASSWORD):
    page.goto(url)
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    with page.expect_navigation():
        page.get_by_label("Password", exact=True).press("Enter")


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def link_for(running, username, base_url):
    words = ("reset-link", username, "--base-url", base_url)
    database = ("--database", f"sqlite:///{running.folder}/var/accounts.db")
    printed = subprocess.run(
        [sys.executable, "-m", "tornado_app", *database, *words],
        cwd=PROJECT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    ).stdout
    return next(word for word in printed.split() if word.startswith(base_url))


def test_what_was_typed_comes_back_after_the_sign_in(page, other, address):
    enter(page, f"{address}/sign-up?next=/preferences", "ada")
    enter(other, f"{address}/sign-in?next=/account/password", "ada")
    other.get_by_label("The password you have now").fill(PASSWORD)
    other.get_by_label("New password").fill(NEW)
    press(other, "Change the password")

    page.get_by_label("Name", exact=True).fill("Countess")
    page.get_by_label("Dark").check()
    press(page, "Save preferences")
    assert page.get_by_text("it comes back with what you typed").is_visible()
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password", exact=True).fill(NEW)
    press(page, "Sign in")

    assert page.url == f"{address}/preferences"
    assert page.get_by_label("Name", exact=True).input_value() == "Countess"
    assert page.get_by_label("Dark").is_checked()
    press(page, "Save preferences")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_an_account_is_deleted(page, address):
    enter(page, f"{address}/sign-up?next=/account", "bea")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download your data").click()
    assert download.value.suggested_filename == "hello-again.json"

    page.get_by_role("link", name="Delete the account").click()
    press(page, "Delete the account of bea")

    assert page.get_by_role("heading", name="Goodbye").is_visible()
    enter(page, f"{address}/sign-in", "bea")
    assert page.get_by_role("alert").is_visible()


def test_on_paper_stands_what_a_form_says_and_none_of_its_buttons(page, address):
    enter(page, f"{address}/sign-up?next=/preferences", "pia")
    page.get_by_label("Name", exact=True).fill("Pia")
    page.get_by_label("Dark").check()
    press(page, "Save preferences")
    page.emulate_media(media="print")
    account, main = page.locator("header bdi"), page.locator("main")

    assert account.is_visible()
    assert page.get_by_label("Name", exact=True).is_visible()
    assert page.get_by_label("Dark").is_visible()
    assert main.locator("button:visible, .button:visible").count() == 0
    assert not page.get_by_text("Start again").is_visible()

    page.goto(f"{address}/account/delete")
    assert page.get_by_text("You are signed out on every device.").is_visible()
    page.goto(f"{address}/sessions")
    assert account.is_visible()
    assert main.locator("h3").is_visible()
    assert page.locator("button:visible, main form p:visible").count() == 0


def test_a_link_resets_a_password(page, other, address, running):
    enter(page, f"{address}/sign-up", "eve")

    other.goto(link_for(running, "eve", address))
    other.get_by_label("New password").fill(NEW)
    press(other, "Set the new password")

    assert other.url == f"{address}/sign-in"
    assert other.get_by_text("Your new password is set.").is_visible()
    enter(other, f"{address}/sign-in", "eve", NEW)
    assert other.get_by_text("You are signed in.").is_visible()
    page.reload()
    assert page.get_by_role("link", name="Sign in").is_visible()


def test_it_does_where_the_browser_tells_nothing_of_a_form(
    browser, page, address, running
):
    """Without https no Sec-Fetch-Site comes, and without a referrer Origin is null."""
    enter(page, f"{address}/sign-up", "zoe")
    away = f"http://site.test:{running.port}"
    names = ["--host-resolver-rules=MAP site.test 127.0.0.1"]
    with browser.browser_type.launch(
        executable_path=chromium_path(), args=ARGUMENTS + names
    ) as other:
        page = open_page(other)
        page.goto(link_for(running, "zoe", away))
        page.get_by_label("New password").fill(NEW)
        with page.expect_request(lambda each: each.method == "POST") as sent:
            press(page, "Set the new password")
        headers = sent.value.all_headers()

        assert headers["origin"] == "null"
        assert "sec-fetch-site" not in headers
        assert "referer" not in headers
        assert page.get_by_text("Your new password is set.").is_visible()
