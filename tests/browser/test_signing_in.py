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


def test_an_account_is_made_left_and_entered_by_keyboard(page, address):
    page.goto(f"{address}/sign-up?next=/preferences")
    type_in(page, "ada", PASSWORD)
    assert page.url == f"{address}/preferences"
    assert page.get_by_role("banner").get_by_text("ada").is_visible()

    sign_out(page)
    assert page.url == f"{address}/"
    page.get_by_role("link", name="Sign in").click()
    type_in(page, "ada", PASSWORD)

    assert page.get_by_text("You are signed in.").is_visible()


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


def test_going_back_after_the_sign_out_shows_nothing(page, address):
    page.goto(f"{address}/sign-up")
    type_in(page, "ada", PASSWORD)
    page.goto(f"{address}/preferences")
    sign_out(page)

    page.go_back()

    assert page.get_by_role("link", name="Sign in").is_visible()
    assert page.get_by_role("button", name="Sign out").count() == 0


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up"])
def test_nothing_is_wider_than_a_small_phone(page, address, path):
    page.set_viewport_size({"width": 320, "height": 600})
    page.goto(address + path)
    type_in(page, "x" * 60, "short")

    boxes = [each.bounding_box() for each in page.locator("body *:visible").all()]

    assert max(box["x"] + box["width"] for box in boxes if box) <= 320


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
