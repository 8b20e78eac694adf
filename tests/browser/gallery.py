"""Every page of the site in every state: empty, full, refused; which is shown to whom.

The pages come from the route table: one that is new is shown to a stranger and to
somebody with an account, without a word here.
"""

from typing import NamedTuple

from tests.browser import visitors
from tests.pages import STAND_IN, paths
from tests.programs import wait_until
from tornado_app.application import ROUTES
from tornado_app.handlers.account_delete import DELETED
from tornado_app.handlers.forget import FORGOTTEN

STRANGER = "a stranger"
NEWCOMER = "a newcomer"
"""Has an account, and nothing else."""
REGULAR = "a regular"
"""Has a long name, other devices and ended sessions, and signed in a while ago."""

# So that a sign-in is soon no longer fresh, and every session is about to end.
OPTIONS = ("--fresh-sign-in=1s", "--idle-timeout=19h", "--signed-in-idle-timeout=19h")
# Nobody listens there.
OPTIONS_WITHOUT_STORE = ("--store=redis://127.0.0.1:1",)

# What nobody is led to who is signed in; others are sent on from some of them.
FOR_STRANGERS = {FORGOTTEN, DELETED, "/sign-up", "/sign-in", f"/reset/{STAND_IN}"}
FOR_USERS = {
    path
    for path, handler in ROUTES
    if hasattr(handler, "user_account") and path in {*paths("GET")}
}
# Shown below by what leads to them, not by their address.
BY_DEED = {"/returned"}

REFUSING = {
    STRANGER: ("/", "/preferences", "/sign-up", "/sign-in"),
    REGULAR: ("/preferences", "/account/password", "/sessions"),
}


class Shown(NamedTuple):
    """A page in one state: who opens which path, and does what there."""

    who: str
    path: str
    deed: str = "opens"

    def __str__(self):
        return f"{self.who} {self.deed} {self.path}"


def everything():
    """All pages in all their states."""
    for path in paths("GET"):
        if path in BY_DEED:
            continue
        yield Shown(NEWCOMER if path in FOR_USERS else STRANGER, path)
        if path not in FOR_STRANGERS:
            yield Shown(REGULAR, path)
    for who, refused in REFUSING.items():
        yield from (Shown(who, path, "is refused at") for path in refused)
    yield Shown(REGULAR, "/sessions", "sends a form too late from")
    yield Shown(STRANGER, "/nowhere")
    yield Shown(STRANGER, "/sign-out")  # which no link asks for
    yield Shown(STRANGER, "/preferences", "forges the form of")
    yield Shown(STRANGER, "/preferences", "sends far too much to")
    yield Shown(STRANGER, "/", "finds the store down at")
    yield Shown(STRANGER, "/reset/LINK")
    yield Shown(STRANGER, "/reset/LINK", "is refused at")
    yield Shown(REGULAR, "/preferences", "saves")
    yield Shown(REGULAR, "/sessions", "is asked for the password at")
    yield Shown(REGULAR, "/sessions", "gives a wrong password at")


class Gallery:
    """Shows pages to visitors who each have what they need."""

    def __init__(self, browser, address, *, without_store, reset_link_of):
        self._browser = browser
        self._address = address
        self._address_without_store = without_store
        self._reset_link_of = reset_link_of
        self._known = {}
        self._pages = {}

    def context(self, direction, who=STRANGER, **options):
        """A new browser of somebody; nobody else uses it."""
        return self._browser.new_context(
            base_url=self._address,
            locale=visitors.LOCALES[direction],
            storage_state=self._state(direction, who),
            **options,
        )

    def page(self, direction, shown):
        """The page of who opens what is *shown*; it is theirs again the next time."""
        whose = direction, shown.who, shown.deed in FAREWELLS
        if whose not in self._pages:
            self._pages[whose] = self.context(direction, shown.who).new_page()
        return self._pages[whose]

    def open(self, page, shown):
        """Bring *page* to the state that is *shown*."""
        page.set_viewport_size({"width": 1280, "height": 720})
        path = self.address_of(shown)
        page.goto(path)
        assert page.url.endswith(path), f"{path} leads to {page.url}"
        DEEDS[shown.deed](page)

    def address_of(self, shown):
        """Where to go first."""
        if shown.deed == "finds the store down at":
            return self._address_without_store + shown.path
        if shown.path == "/reset/LINK":
            self._state("ltr", NEWCOMER)  # who forgot the password
            return self._reset_link_of("newcomer ltr", self._address)
        return shown.path

    def _state(self, direction, who):
        """The cookies of somebody, who is made when first asked for."""
        if who == STRANGER:
            return None
        if (direction, who) not in self._known:
            make = self._make_regular if who == REGULAR else self._make_newcomer
            self._known[direction, who] = make(direction)
        return self._known[direction, who]

    def _make_newcomer(self, direction):
        context = self.context(direction)
        visitors.sign_up(context.new_page(), f"newcomer {direction}")
        return state_of(context)

    def _make_regular(self, direction):
        name = visitors.LONG_NAMES[direction]
        context = self.context(direction)
        page = context.new_page()
        visitors.sign_up(page, name)
        visitors.prefer(page, name)
        page.goto("/")
        for _ in range(2):
            self._sign_in_elsewhere(direction, name)
        self._sign_in_elsewhere(direction, name, then_out=True)
        wait_until(lambda: is_asked_for_the_password(page))
        return state_of(context)

    def _sign_in_elsewhere(self, direction, name, *, then_out=False):
        context = self.context(direction, user_agent=visitors.PHONE)
        page = context.new_page()
        visitors.sign_in(page, name)
        if then_out:
            visitors.press(page, page.locator("header button[type=submit]"))
        context.close()


def state_of(context):
    state = context.storage_state()
    context.close()
    return state


def forge(page):
    page.locator("main [name=_xsrf]").first.evaluate("field => field.value = 'forged'")
    visitors.submit(page)


def send_too_much(page):
    name = page.locator("main [name=name]").first
    name.evaluate("field => { field.value = 'x'.repeat(2_000_000); }")
    visitors.submit(page)


def end_all_others(page):
    visitors.press(page, page.locator("form[action$=revoke-others] button"))


def end_all_others_with_a_wrong_password(page):
    end_all_others(page)
    visitors.refuse(page)


def come_too_late(page):
    """Send a form after the session has ended, sign in and find the form again."""
    name = visitors.LONG_NAMES[page.locator("html").get_attribute("dir")]
    page.context.clear_cookies()
    visitors.sign_in(page, name, on="/sign-in?next=/sessions")
    sign_out_in_another_window(page)
    page.locator("main details:has([name=name]) summary").first.click()
    page.locator("main [name=name]:visible").fill("My laptop")
    visitors.submit(page)
    page.locator("main [name=username]").fill(name)
    page.locator("main [name=password]").fill(visitors.PASSWORD)
    visitors.submit(page)
    assert page.url.endswith("/returned")


def sign_out_in_another_window(page):
    context = page.context.browser.new_context(
        storage_state=page.context.storage_state()
    )
    window = context.new_page()
    window.goto(page.url)
    visitors.press(window, window.locator("header button[type=submit]"))
    context.close()


def is_asked_for_the_password(page):
    """Whether the sign-in is no longer fresh enough for what matters."""
    page.goto("/account/delete")
    return page.locator("main [type=password]").count() > 0


# After these, who does them has another session.
FAREWELLS = {"sends a form too late from"}

DEEDS = {
    "opens": lambda page: None,
    "finds the store down at": lambda page: None,
    "sends a form too late from": come_too_late,
    "is refused at": visitors.refuse,
    "saves": visitors.submit,
    "is asked for the password at": end_all_others,
    "gives a wrong password at": end_all_others_with_a_wrong_password,
    "forges the form of": forge,
    "sends far too much to": send_too_much,
}
