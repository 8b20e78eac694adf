"""Tests of the one script: what it adds where it runs."""

import pytest

from tests.programs import server

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with server(tmp_path_factory.mktemp("site"), "--idle-timeout=30m") as running:
        yield f"http://127.0.0.1:{running.port}"
        assert running.stop() == 0, running.errors


@pytest.fixture
def page(browser):
    """A page on which nothing may be blocked or fail, by our own rules neither."""
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def type_of_password(page):
    return page.locator("input[name=password]").get_attribute("type")


def test_a_password_can_be_looked_at_while_it_is_typed(page, address):
    page.goto(f"{address}/sign-up")
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password", exact=True).fill(PASSWORD)

    page.get_by_label("Show the password").check()
    assert type_of_password(page) == "text"
    page.get_by_label("Show the password").uncheck()
    assert type_of_password(page) == "password"


def test_the_switch_does_not_stand_in_the_way_of_sending(page, address):
    page.goto(f"{address}/sign-up")
    page.get_by_label("User name").fill("bea")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Show the password").check()

    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()

    assert "password=correct+horse" in sent.value.post_data


def test_a_new_password_is_counted_as_the_server_counts_it(page, address):
    page.goto(f"{address}/sign-up")

    page.get_by_label("Password", exact=True).fill("ab👩")

    assert page.get_by_text("Characters so far: 3").is_visible()


def test_caps_lock_is_pointed_out(page, address):
    page.goto(f"{address}/sign-in")
    press = (
        "(input, on) => input.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'A', modifierCapsLock: on}))"
    )
    field = page.locator("input[name=password]")

    field.evaluate(press, True)
    assert page.get_by_text("Caps Lock is on.").is_visible()
    field.evaluate(press, False)
    assert page.get_by_text("Caps Lock is on.").count() == 0


def test_the_time_of_a_zone_is_shown_before_it_is_saved(page, address):
    page.goto(f"{address}/preferences")

    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    there = page.locator("#time_zone-hint").text_content()
    page.get_by_label("Time zone").select_option("")

    assert there.startswith("It is ")
    assert there.endswith("M in Tokyo.")
    assert page.locator("#time_zone-hint").text_content().endswith("our clock (UTC).")


def test_clocks_go_on(page, address):
    page.clock.install()
    page.goto(f"{address}/preferences")
    before = page.locator("#time_zone-hint").text_content()

    page.clock.fast_forward("02:00")

    assert page.locator("#time_zone-hint").text_content() != before


def test_the_end_is_announced_in_time_and_put_off_without_leaving_the_page(
    page, address
):
    page.clock.install()
    page.goto(address)
    page.get_by_label("What shall we call you?").fill("Ada")
    page.get_by_role("button", name="Say hello").click()
    page.goto(f"{address}/preferences")
    page.get_by_label("Name").fill("Half a name")
    assert page.get_by_role("alert").count() == 0

    page.clock.fast_forward("29:00")
    alert = page.get_by_role("alert")
    assert alert.text_content() == "Less than two minutes are left."
    page.get_by_role("button", name="Remember me longer").click()
    alert.wait_for(state="hidden")

    assert page.get_by_label("Name").input_value() == "Half a name"
    assert page.evaluate("document.activeElement.id") == "main"
