"""Tests of the one script: what it adds where it runs."""

from urllib.parse import urlsplit

import pytest

from tests.programs import server

PASSWORD = "correct horse battery staple"
# The control that has the focus, if its upper edge is under something else.
COVERED = """() => {
  const each = document.activeElement;
  const { x, y, width } = each.getBoundingClientRect();
  const top = document.elementFromPoint(x + width / 2, y + 1);
  return each.contains(top) || top.contains(each) ? [] : [each.outerHTML];
}"""
# What a browser tells a page that it had kept whole.
COMES_BACK = """() =>
  dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))"""


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


def test_the_notice_of_the_end_lies_over_no_field_that_has_the_focus(page, address):
    page.set_viewport_size({"width": 320, "height": 480})
    page.clock.install()
    page.goto(address)
    page.get_by_label("What shall we call you?").fill("Ada")
    page.get_by_role("button", name="Say hello").click()
    page.goto(f"{address}/preferences")
    page.clock.fast_forward("29:00")
    page.get_by_role("alert").wait_for()

    covered = []
    page.get_by_role("link", name="Privacy").focus()
    while not page.evaluate("document.activeElement.matches('.soon *')"):
        page.keyboard.press("Shift+Tab")
        covered += page.evaluate(COVERED)

    assert covered == []


def click_twice(page, button):
    """Click again while the form is under way: only then is it sent on."""
    held = []

    def hold_the_first(route):
        is_first = route.request.method == "POST" and not held
        held.append(route) if is_first else route.continue_()

    page.route("**/*", hold_the_first)
    target = page.get_by_role("button", name=button)
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(*middle)
    while not held:
        page.wait_for_timeout(5)
    page.mouse.click(*middle)
    held[0].continue_()


class TestAFormThatIsSentTwice:
    """Browsers show the second answer, and that one is about what is done already."""

    @pytest.fixture
    def sent(self, page):
        """The paths of all forms that the browser sends."""
        paths = []
        page.on(
            "request",
            lambda each: (
                each.method == "POST" and paths.append(urlsplit(each.url).path)
            ),
        )
        return paths

    @pytest.fixture
    def gone(self, page, address):
        """A page whose form is never answered, as with a download."""
        page.goto(f"{address}/preferences")
        page.clock.install()
        page.route("**/preferences", lambda route: route.fulfill(status=204))
        return page

    def test_a_double_click_sends_it_once(self, page, address, sent):
        page.goto(f"{address}/sign-up")
        page.get_by_label("User name").fill("dora")
        page.get_by_label("Password", exact=True).fill(PASSWORD)

        click_twice(page, "Sign up")

        page.get_by_text("Your account is ready.").wait_for()
        assert sent == ["/sign-up"]

    def test_a_password_that_was_changed_is_not_called_wrong(self, page, address, sent):
        page.goto(f"{address}/sign-up?next=/account/password")
        page.get_by_label("User name").fill("dina")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_label("The password you have now").fill(PASSWORD)
        page.get_by_label("New password").fill(PASSWORD[::-1])

        click_twice(page, "Change the password")

        page.get_by_text("Your password is changed").wait_for()
        assert sent == ["/sign-up", "/account/password"]

    def test_the_button_that_was_pressed_is_in_it(self, page, address, sent):
        page.goto(f"{address}/preferences")

        click_twice(page, "Try it first")

        page.get_by_text("This is how it would be.").wait_for()
        assert sent == ["/preferences"]

    def test_its_buttons_say_so(self, gone, sent):
        save = gone.get_by_role("button", name="Save preferences")

        save.click()
        save.evaluate("button => button.click()")

        assert save.get_attribute("aria-disabled") == "true"
        assert sent == ["/preferences"]

    def test_what_leads_to_no_other_page_can_be_sent_again(self, gone, sent):
        save = gone.get_by_role("button", name="Save preferences")
        save.click()
        gone.clock.fast_forward("00:08")

        assert save.get_attribute("aria-disabled") is None
        save.click()

        assert sent == ["/preferences"] * 2

    def test_a_page_one_comes_back_to_sends_again(self, gone, sent):
        save = gone.get_by_role("button", name="Save preferences")
        save.click()
        gone.evaluate(COMES_BACK)

        save.click()

        assert sent == ["/preferences"] * 2
