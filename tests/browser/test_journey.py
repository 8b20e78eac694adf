"""A visitor's way through the site, across a restart."""

import base64
import re
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.programs import server

TOKYO = ZoneInfo("Asia/Tokyo")
DARK_PAGE = "rgb(20, 23, 26)"


@pytest.fixture
def page(browser):
    """A new visitor's page, where nothing may be blocked, missing or failing."""
    context = browser.new_context(locale="en-US", color_scheme="light")
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    yield page
    context.close()
    # A refused form is an answer like any other, but Chromium remarks on it.
    assert [text for text in complaints if "status of 422" not in text] == []


@contextmanager
def site(folder):
    """The program over the store in *folder*; it has to end well when it is told to."""
    with server(folder) as running:
        yield f"http://127.0.0.1:{running.port}"
        assert running.stop() == 0, running.errors


def give_name(page, name):
    page.get_by_label("What shall we call you?").fill(name)
    page.get_by_role("button", name="Say hello").click()


def choose_german_dark_and_tokyo(page):
    page.get_by_role("link", name="Preferences", exact=True).click()
    page.get_by_label("Language").select_option("Deutsch")
    page.get_by_label("Time zone").select_option("Tokyo")
    page.get_by_label("Dark").check()
    page.get_by_role("button", name="Save preferences").click()
    page.get_by_text("Deine Einstellungen sind gespeichert.").wait_for()


def background_of(page):
    return page.evaluate("getComputedStyle(document.documentElement).backgroundColor")


def text_of(page, selector):
    return page.locator(selector).text_content()


def session_id_of(page):
    """The id inside the signed cookie; handle and secret in one text."""
    (cookie,) = [c for c in page.context.cookies() if c["name"] == "session"]
    value = cookie["value"].strip('"').split("|")[4].partition(":")[2]
    return base64.b64decode(value).decode()


def test_a_visitor_is_known_again_after_a_restart(page, tmp_path):
    with site(tmp_path) as url:
        page.goto(url)
        give_name(page, "Ada")
        assert text_of(page, "#greeting") == "Hello, Ada!"
        assert text_of(page, "#visits") == "1"
        choose_german_dark_and_tokyo(page)

    with site(tmp_path) as url:
        before = datetime.now(TOKYO)
        page.goto(url)
        after = datetime.now(TOKYO)

        assert text_of(page, "#greeting") == "Hallo, Ada!"
        assert text_of(page, "#visits") == "2"
        assert page.locator("html").get_attribute("lang") == "de"
        assert background_of(page) == DARK_PAGE
        clock = re.search(r"In Tokio ist es (\d\d:\d\d) Uhr", text_of(page, ".clock"))
        assert clock[1] in {f"{at:%H:%M}" for at in (before, after)}


def test_the_database_holds_no_session_id(page, tmp_path):
    with site(tmp_path) as url:
        page.goto(url)
        give_name(page, "Ada")
        page.locator("#visits").wait_for()
        session_id = session_id_of(page)

    secret = session_id[16:]  # the handle before it is public
    raw = base64.urlsafe_b64decode(secret)
    files = [path for path in (tmp_path / "var").iterdir() if "sessions" in path.name]
    stored = b"".join(path.read_bytes() for path in files)

    assert b"Ada" in stored
    assert session_id[:16].encode() in stored
    for form in (secret.encode(), raw, raw.hex().encode(), base64.b64encode(raw)):
        assert form not in stored


def test_a_refused_form_takes_the_visitor_to_what_is_wrong(page, tmp_path):
    with site(tmp_path) as url:
        page.goto(f"{url}/preferences")
        page.get_by_label("Name").fill("\u200b")
        page.get_by_role("button", name="Save preferences").click()

        summary = page.get_by_role("alert")
        summary.wait_for()
        assert page.title().startswith("Error: ")
        assert summary.evaluate("element => element === document.activeElement")
        page.get_by_role("link", name="This name has characters").click()
        assert page.evaluate("document.activeElement.id") == "name"
