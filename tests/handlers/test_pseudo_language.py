"""Owns the promise that pages say nothing that is in no catalogue.

The whole site speaks a language that was made up for it: each English text in letters
that are not on an English keyboard. What can still be read was not translated.
"""

import re
from html.parser import HTMLParser

import pytest

from tests.pages import paths
from tests.plugins.effort import counts
from tools.texts import begin, entry, read, singular, texts_in_use
from tornado_app.i18n import Languages

# Its dates, times and places have no Latin letters either.
CODE = "he"
PLACEHOLDER = re.compile(r"(%\(\w+\)[sd])")
FULL_WIDTH = {ord(each): ord(each) + 0xFEE0 for each in map(chr, range(33, 127))}
# Names that are the same in every language.
NAMES = re.compile(r"\b(ada|Ada|Firefox|Linux|UTC|[0-9a-f]{16})\b|%\(\w+\)s")
# A form that every page refuses which has one of these fields.
REFUSED = dict.fromkeys(
    ("name", "username", "password", "old_password", "new_password", "theme"), "\u200b"
)
ASKING = {
    "Accept_Language": CODE,
    "User_Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0",
}

refuses_a_forged_form = pytest.mark.logs("Form token was refused")
pytestmark = pytest.mark.gen_test(timeout=60)


def pseudo(text):
    parts = PLACEHOLDER.split(text)
    return "".join(
        part if PLACEHOLDER.fullmatch(part) else part.translate(FULL_WIDTH)
        for part in parts
    )


def write_catalogue(path):
    begin(path)
    catalogue = read(path)
    for text in texts_in_use():
        if isinstance(text, str):
            catalogue.add(text, string=pseudo(text))
        else:
            forms = [pseudo(text[1])] * catalogue.num_plurals
            catalogue.add(text, string=tuple(forms))
    entries = [entry(text, catalogue) for text in sorted(texts_in_use(), key=singular)]
    header = path.read_text(encoding="utf-8")
    path.write_text("\n\n".join([header, *entries]) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def pseudo_languages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("locale")
    write_catalogue(folder / f"{CODE}.po")
    return Languages(folder)


@pytest.fixture
def app(app, pseudo_languages):
    app.settings["languages"] = pseudo_languages
    return app


class Visible(HTMLParser):
    """What a page shows or reads out, but for the names of languages and places."""

    SPOKEN = ("alt", "aria-label", "content", "label", "placeholder", "title")
    SILENT = ("code", "script", "style")
    MACHINE_WORDS = ("viewport", "theme-color", "color-scheme", "robots")

    def __init__(self):
        super().__init__()
        self.texts = []
        self._inside = ""
        self._is_named = False

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self._inside = tag
        is_zone = tag == "option" and "/" in given.get("value", "")
        self._is_named = is_zone or (tag != "html" and "lang" in given)
        if given.get("name") in self.MACHINE_WORDS:
            return
        for name, value in attrs:
            if name in self.SPOKEN or (tag == "script" and name.startswith("data-")):
                self.texts.append(value or "")

    def handle_data(self, data):
        if not self._is_named and self._inside not in self.SILENT:
            self.texts.append(data)


def left_in_english(response):
    """The texts of a page that were not translated."""
    parser = Visible()
    parser.feed(response.body.decode())
    texts = [NAMES.sub("", text).strip() for text in parser.texts]
    return [text for text in texts if re.search("[A-Za-z]", text)]


def is_page(response):
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    return is_html and bool(response.body)


async def look(visitor, found):
    """Have *visitor* open every page and send every form; note what is in English."""
    for path in paths("GET"):
        note(path, await visitor.get(path, **ASKING), found)
    for path in paths("POST"):
        for fields in (REFUSED, {}):
            await visitor.get("/preferences", **ASKING)
            response = await visitor.post(path, fields, **ASKING)
            note(path, response, found)
            if "Location" in response.headers:
                there = response.headers["Location"]
                note(there, await visitor.get(there, **ASKING), found)
    forged = await visitor.post("/preferences", {}, token="forged", **ASKING)
    note("/preferences", forged, found)


def note(path, response, found):
    if is_page(response):
        counts["pages in a made-up language"] += 1
        if left := left_in_english(response):
            found[path, response.code] = left


@refuses_a_forged_form
async def test_a_stranger_s_pages_leave_no_text_in_english(visitor):
    found = {}
    await look(visitor, found)

    assert found == {}


@refuses_a_forged_form
async def test_a_known_visitor_s_pages_leave_no_text_in_english(visitor):
    found = {}
    await visitor.introduce("Ada")
    await visitor.prefer(time_zone="Asia/Tokyo", theme="dark")

    await look(visitor, found)

    assert found == {}


@refuses_a_forged_form
async def test_a_user_s_pages_leave_no_text_in_english(ada, bea):
    found = {}
    await ada.signs_up("ada")
    await bea.signs_in("ada")
    await bea.signs_out()
    await bea.signs_in("ada")

    await look(ada, found)
    await ada.signs_in("ada")
    await look(ada, found)

    assert found == {}


def test_a_text_that_was_forgotten_is_seen():
    class Response:
        body = (
            b'<p title="left">\xef\xbc\xa8</p><option value="Asia/Tokyo">Tokyo</option>'
            b"<p>Hello, Ada</p>"
        )

    assert left_in_english(Response) == ["left", "Hello,"]
