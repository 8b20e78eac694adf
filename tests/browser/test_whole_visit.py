"""A visit from the first page to the sign-out, by keyboard or without JavaScript."""

import re

import pytest

from tests.browser import visitors
from tests.browser.complaints import complaints_of
from tests.browser.hands import Keyboard, Mouse
from tests.programs import server

PHONE = re.compile("Sign out Safari on ")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with server(tmp_path_factory.mktemp("site")) as running:
        yield f"http://127.0.0.1:{running.port}"
        assert running.stop() == 0, running.errors


@pytest.fixture
def context_of(browser, address):
    """Makes browsers of different people."""
    made = []

    def make(**options):
        made.append(browser.new_context(base_url=address, locale="en-US", **options))
        made[-1].set_default_timeout(15_000)
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture(params=[Keyboard, Mouse], ids=["keyboard", "no JavaScript"])
def hands(request, context_of):
    kind = request.param
    return kind(context_of(java_script_enabled=kind.has_javascript).new_page())


@pytest.fixture
def name(hands):
    """Somebody else for each pair of hands."""
    return f"ada {type(hands).__name__.lower()}"


def sign_up(hands, name):
    hands.page.goto("/")
    hands.follow("Sign in")
    hands.follow("Sign up")
    hands.fill("User name", name)
    hands.fill("Password", visitors.PASSWORD)
    hands.press("Sign up")


def sign_in_on_a_phone(context_of, name):
    phone = context_of(user_agent=visitors.PHONE).new_page()
    visitors.sign_in(phone, name)
    return phone


def is_signed_in(page):
    page.goto("/")
    return page.get_by_role("button", name="Sign out", exact=True).count() == 1


def test_somebody_signs_up_prefers_revokes_and_signs_out(hands, name, context_of):
    page = hands.page

    with complaints_of(page) as complaints:
        sign_up(hands, name)
        assert page.get_by_role("banner").get_by_text(name).is_visible()
        phone = sign_in_on_a_phone(context_of, name)
        assert is_signed_in(phone)

        hands.follow("Preferences")
        hands.fill("Name", "Ada")
        hands.pick("Dark")
        hands.press("Save preferences")
        assert page.locator("html").get_attribute("data-theme") == "dark"

        hands.follow("Sessions")
        hands.press(PHONE)
        assert page.get_by_text("The session has ended.").is_visible()
        assert not is_signed_in(phone)

        hands.press("Sign out")
        assert page.get_by_role("link", name="Sign in", exact=True).is_visible()
    assert complaints == []


def test_going_back_after_the_sign_out_shows_nothing_private(hands, name):
    page = hands.page
    sign_up(hands, f"{name} again")
    for private in ("/preferences", "/sessions", "/account"):
        page.goto(private)
        assert f"{name} again" in page.content()
    hands.press("Sign out")

    for _ in range(3):
        page.go_back()
        assert name not in page.content()
        assert page.get_by_role("link", name="Sign in", exact=True).is_visible()
