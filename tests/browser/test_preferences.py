"""Preferences with a real browser, mostly without JavaScript."""

import pytest

from tests.browser.measure import axe_violations
from tests.programs import server


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with server(tmp_path_factory.mktemp("site")) as running:
        yield f"http://127.0.0.1:{running.port}"
        assert running.stop() == 0, running.errors


@pytest.fixture
def context(browser):
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(context, address):
    page = context.new_page()
    page.goto(f"{address}/preferences")
    return page


def save(page):
    page.get_by_role("button", name="Save preferences").click()


def test_a_dispute_of_two_tabs_is_settled_by_saving_again(page, context, address):
    page.get_by_label("Name").fill("Ada")
    save(page)
    page.goto(f"{address}/preferences")
    other = context.new_page()
    other.goto(f"{address}/preferences")
    other.get_by_label("Name").fill("Bea")
    save(other)

    page.get_by_label("Name").fill("Cleo")
    save(page)
    dispute = page.get_by_role("alert")
    assert "another tab saved Bea meanwhile" in dispute.text_content()
    assert dispute.evaluate("element => element === document.activeElement")
    save(page)
    page.goto(address)

    assert page.locator("#greeting").text_content() == "Hello, Cleo!"


def test_a_dispute_of_two_tabs_can_be_left_as_it_was_saved(page, context, address):
    other = context.new_page()
    other.goto(f"{address}/preferences")
    other.get_by_label("Dark").check()
    save(other)
    page.get_by_label("Light").check()
    save(page)

    page.get_by_role("link", name="Leave it as it was saved").click()

    assert page.get_by_label("Dark").is_checked()


def test_a_page_that_is_only_tried_says_so_first(page):
    page.get_by_label("Dark").check()
    page.get_by_label("Larger").check()

    page.get_by_role("button", name="Try it first").click()

    said = page.get_by_role("status")
    assert said.text_content() == "This is how it would be. Nothing is saved yet."
    assert said.evaluate("element => element === document.activeElement")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_page_that_is_only_tried_is_as_accessible_as_any(browser, address):
    page = browser.new_page(locale="en-US")
    page.goto(f"{address}/preferences")
    page.get_by_label("High contrast").check()
    page.get_by_label("Larger").check()
    page.get_by_role("button", name="Try it first").click()

    violations = axe_violations(page)
    page.close()

    assert violations == []


def test_the_return_key_saves_and_does_not_only_try(page):
    page.get_by_label("Name").fill("Ada")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert page.get_by_text("Your preferences are saved.").is_visible()


def test_a_visitor_is_forgotten_after_being_asked(page, context, address):
    page.get_by_label("Name").fill("Ada")
    save(page)

    page.get_by_role("link", name="Forget me on this device").click()
    page.get_by_role("button", name="Forget me").click()

    assert page.get_by_role("heading", name="You are forgotten").is_visible()
    assert context.cookies() == []


def test_a_name_is_counted_as_the_server_counts_it(page):
    """A limit in the page counted an emoji twice, and cut off the rest in silence."""
    page.get_by_label("Name", exact=True).fill("👩" * 60)
    save(page)

    assert page.get_by_label("Name", exact=True).input_value() == "👩" * 60


def test_a_name_runs_as_it_is_written(page):
    field = page.get_by_label("Name", exact=True)

    field.fill("عادة")

    assert field.evaluate("field => getComputedStyle(field).direction") == "rtl"
