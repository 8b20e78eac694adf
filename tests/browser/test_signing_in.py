"""Signing up, out and in with a real browser, by keyboard and without JavaScript."""

import re

import pytest

from tests.programs import server

PASSWORD = "correct horse battery staple"
SAFARI = re.compile("Sign out Safari on ")  # on what: Chromium knows better


@pytest.fixture
def running(tmp_path):
    with server(tmp_path) as running:
        yield running
        assert running.stop() == 0, running.errors


@pytest.fixture
def page(browser):
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


@pytest.fixture
def address(running):
    return f"http://127.0.0.1:{running.port}"


def type_in(page, *texts):
    """Fill in the form that is open, by keyboard alone, then send it."""
    page.get_by_label("User name").focus()
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def sign_out(page):
    page.get_by_role("button", name="Sign out").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_refused_password_is_typed_again_and_the_name_is_not(page, address):
    page.goto(f"{address}/sign-up")
    type_in(page, "ada", PASSWORD)
    sign_out(page)
    page.goto(f"{address}/sign-in")

    type_in(page, "ada", "not that one")

    alert = page.get_by_role("alert")
    assert "That user name and password do not match." in alert.text_content()
    assert page.get_by_label("User name").input_value() == "ada"
    assert page.get_by_label("Password").input_value() == ""


def test_a_phone_is_signed_out_from_a_laptop_and_told_so(page, browser, address):
    page.goto(f"{address}/sign-up")
    type_in(page, "ada", PASSWORD)
    phone = browser.new_page(
        user_agent="Mozilla/5.0 (iPhone) Safari/605",
        viewport={"width": 320, "height": 600},
    )
    phone.goto(f"{address}/sign-in?next=/sessions")
    type_in(phone, "ada", PASSWORD)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320

    page.get_by_role("link", name="Sessions").click()
    page.get_by_role("button", name=SAFARI).click()
    page.get_by_text("The session has ended.").wait_for()
    phone.reload()

    assert phone.url.startswith(f"{address}/sign-in")
    notice = phone.get_by_role("status").first.text_content()
    assert notice.startswith("Another device of yours signed this one out on")
    phone.close()
