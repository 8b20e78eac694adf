"""Owns the promise that every text is in every catalogue, and languages are right."""

import io
import re
import string
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from tornado.template import Loader

from tornado_app.i18n import Languages

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
CATALOGUES = sorted((ROOT / "locale").glob("*.po"))
MARKERS = ("_", "mark", "translate")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def template_names():
    return [str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")]


def messages_in(code):
    found = set()
    for _, _, arguments, _ in extract_python(io.BytesIO(code), MARKERS, [], {}):
        given = arguments if isinstance(arguments, tuple) else (arguments,)
        texts = [text for text in given[:2] if text]
        if texts:
            found.add(texts[0] if len(texts) == 1 else (texts[0], texts[1]))
    return found


def messages_in_use():
    loader = Loader(str(TEMPLATES))
    codes = [loader.load(name).code.encode() for name in template_names()]
    codes += [path.read_bytes() for path in (ROOT / "tornado_app").rglob("*.py")]
    return set().union(*map(messages_in, codes))


def read(path):
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, abort_invalid=True)


def placeholders(text):
    return set(re.findall(r"%\(\w+\)[sd]", text))


@pytest.fixture(scope="module")
def languages():
    return Languages(ROOT / "locale")


def test_the_extractor_finds_texts_of_templates_and_of_code():
    found = messages_in_use()

    assert "Skip to the content" in found  # a template
    assert "Good morning." in found  # marked in code
    assert ("Something needs mending", "Some things need mending") in found


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_holds_every_text_and_none_that_is_gone(path):
    in_catalogue = {message.id for message in read(path) if message.id}

    assert in_catalogue == messages_in_use()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_has_no_holes(path):
    catalogue = read(path)

    for message in catalogue:
        strings = message.string if message.pluralizable else (message.string,)
        wanted = catalogue.num_plurals if message.pluralizable else 1
        assert len([text for text in strings if text]) == wanted, message.id
        assert not message.id or not message.fuzzy, message.id
    assert not catalogue.obsolete


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_translation_has_the_placeholders_of_its_text(path):
    for message in read(path):
        if not message.id:
            continue
        wanted = placeholders(message.id[0] if message.pluralizable else message.id)
        strings = message.string if message.pluralizable else (message.string,)
        assert all(placeholders(text) == wanted for text in strings), message.id


class BareText(HTMLParser):
    """Collects what a page would say in one language only."""

    SPOKEN_ATTRIBUTES = (
        "alt",
        "aria-label",
        "content",
        "placeholder",
        "title",
        "label",
    )
    MACHINE_WORDS = ("width=device-width, initial-scale=1",)

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_data(self, data):
        self._note(data)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in self.SPOKEN_ATTRIBUTES and value not in self.MACHINE_WORDS:
                self._note(value or "")

    def _note(self, text):
        if any(letter in text for letter in string.ascii_letters):
            self.found.append(text.strip())


@pytest.mark.parametrize("name", template_names())
def test_no_template_holds_text_that_cannot_be_translated(name):
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    parser = BareText()

    parser.feed(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", source, flags=re.DOTALL))

    assert parser.found == []


@pytest.mark.parametrize(
    ("accept_language", "tag"),
    [
        ("de", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("en;q=0.5, DE;q=0.9", "de"),
        ("xx, de;q=0.1", "de"),
        ("de;q=0, en", "en"),
        ("", "en"),
        ("*", "en"),
        ("de;q=much", "en"),
        ("xx" * 100_000, "en"),
    ],
)
def test_the_browser_s_first_known_language_is_spoken(languages, accept_language, tag):
    assert languages.closest(accept_language).tag == tag


def test_plural_forms_follow_the_number(languages):
    forms = (
        "You have been here %(count)s time.",
        "You have been here %(count)s times.",
    )

    assert "%(count)s Mal " in languages["de"].translate(*forms, 1)
    assert languages["de"].translate(*forms, 1) == languages["de"].translate(*forms, 2)
    assert languages["en"].translate(*forms, 1) != languages["en"].translate(*forms, 2)


def test_dates_and_times_are_written_as_the_language_does(languages):
    tokyo = ZoneInfo("Asia/Tokyo")

    assert languages["de"].moment(NOON, tokyo) == "24. November 2026, 21:00"
    assert languages["en"].clock(NOON, tokyo).replace("\u202f", " ") == "9:00 PM"


def test_a_while_ago_is_said_in_words(languages):
    earlier = NOON - timedelta(days=3)

    assert languages["en"].ago(earlier, now=NOON) == "3 days ago"
    assert languages["de"].ago(earlier, now=NOON) == "vor 3 Tagen"


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(days=30), "30 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(minutes=30), "30 minutes"),
        (timedelta(seconds=2), "2 seconds"),
        (timedelta(milliseconds=100), "1 second"),
    ],
)
def test_a_duration_is_said_in_its_largest_whole_unit(languages, duration, words):
    assert languages["en"].span(duration) == words


def test_a_place_is_named_as_the_language_names_it(languages):
    assert languages["de"].place("Europe/Rome") == "Rom"
    assert languages["en"].place("America/New_York") == "New York"


def test_adding_a_file_adds_a_language(tmp_path):
    (tmp_path / "he.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Hello, stranger!"\nmsgstr "שלום, זר!"\n',
        encoding="utf-8",
    )

    hebrew = Languages(tmp_path)["he"]

    assert hebrew.translate("Hello, stranger!") == "שלום, זר!"
    assert hebrew.direction == "rtl"
    assert hebrew.own_name == "עברית"
