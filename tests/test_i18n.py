"""Owns the promise that each language writes texts, dates and spans in its own way."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tools.environment import ROOT
from tornado_app.i18n import Languages

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOURS = timedelta(hours=36)
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture(scope="module")
def languages():
    return Languages(ROOT / "locale")


@pytest.mark.parametrize(
    ("accept_language", "tag"),
    [
        ("de", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("en;q=0.5, DE;q=0.9", "de"),
        ("fr-CA", "fr"),
        ("es-419,es;q=0.9,en;q=0.8", "es"),
        ("ja-JP", "ja"),
        ("ar-EG", "ar"),
        ("ar-Arab-EG", "ar"),
        ("zh-Hant-TW", "en"),
        ("zh-CN,zh;q=0.9,fr;q=0.2", "fr"),
        ("pt-BR,pt;q=0.9", "en"),
        ("pt-BR,pt;q=0.9,es;q=0.5,en;q=0.4", "es"),
        ("xx, de;q=0.1", "de"),
        ("xx, *;q=0.5, de;q=0.1", "en"),
        ("de;q=0, en", "en"),
        ("", "en"),
        ("*", "en"),
        ("xx" * 100_000, "en"),
    ],
)
def test_the_browser_s_first_known_language_is_spoken(languages, accept_language, tag):
    assert languages.closest(accept_language).tag == tag


def test_languages_are_named_in_themselves(languages):
    names = {tag: language.own_name for tag, language in languages.items()}

    assert names == {
        "en": "English",
        "ar": "العربية",
        "de": "Deutsch",
        "es": "Español",
        "fr": "Français",
        "ja": "日本語",
    }


def test_a_language_runs_in_its_own_direction(languages):
    running_left = {tag for tag, each in languages.items() if each.direction == "rtl"}

    assert running_left == {"ar"}


@pytest.mark.parametrize(
    ("tag", "number", "sentence"),
    [
        ("en", 1, "You have been here 1 time."),
        ("en", 0, "You have been here 0 times."),
        ("de", 1, "Du warst 1 Mal hier."),
        ("fr", 0, "Tu nous as rendu visite 0 fois."),
        ("fr", 1_000_000, "Tu nous as rendu visite 1000000 de fois."),
        ("es", 1, "Has estado aquí 1 vez."),
        ("es", 2, "Has estado aquí 2 veces."),
        ("ja", 3, "ここに来たのは 3 回です。"),
        ("ar", 1, "زرتنا مرة واحدة (1)."),
        ("ar", 2, "زرتنا مرتين (2)."),
        ("ar", 7, "زرتنا 7 مرات."),
        ("ar", 11, "زرتنا 11 مرة."),
        ("ar", 103, "زرتنا 103 مرات."),
    ],
)
def test_plural_forms_follow_the_number(languages, tag, number, sentence):
    forms = (
        "You have been here %(count)s time.",
        "You have been here %(count)s times.",
    )

    said = languages[tag].translate(*forms, number) % {"count": number}

    assert said == sentence


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("en", "November 24, 2026, 9:00 PM"),
        ("de", "24. November 2026, 21:00"),
        ("fr", "24 novembre 2026, 21:00"),
        ("es", "24 de noviembre de 2026, 21:00"),
        ("ja", "2026年11月24日 21:00"),
        ("ar", "24 نوفمبر 2026، 9:00 م"),
    ],
)
def test_dates_and_times_are_written_as_the_language_does(languages, tag, text):
    assert languages[tag].moment(NOON, TOKYO).replace("\u202f", " ") == text


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("en", "3 days ago"),
        ("de", "vor 3 Tagen"),
        ("fr", "il y a 3 jours"),
        ("es", "hace 3 días"),
        ("ja", "3 日前"),
        ("ar", "قبل 3 أيام"),
    ],
)
def test_a_while_ago_is_said_in_words(languages, tag, text):
    assert languages[tag].ago(NOON - timedelta(days=3), now=NOON) == text


@pytest.mark.parametrize(("seconds", "words"), [(0, "just now"), (59, "just now")])
def test_less_than_a_minute_ago_is_just_now(languages, seconds, words):
    # It was "in 0 minutes".
    assert languages["en"].ago(NOON - timedelta(seconds=seconds), now=NOON) == words


def test_a_minute_ago_is_a_minute_ago(languages):
    assert languages["en"].ago(NOON - timedelta(minutes=1), now=NOON) == "1 minute ago"


def test_what_another_machine_s_clock_calls_later_is_just_now(languages):
    assert languages["en"].ago(NOON + timedelta(seconds=5), now=NOON) == "just now"


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(days=400), "400 days"),
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


@pytest.mark.parametrize(
    ("tag", "days", "hours"),
    [
        ("de", "30 Tage", "36 Stunden"),
        ("fr", "30 jours", "36 heures"),
        ("es", "30 días", "36 horas"),
        ("ja", "30 日", "36 時間"),
        ("ar", "30 يومًا", "36 ساعة"),
    ],
)
def test_a_duration_is_said_in_every_language(languages, tag, days, hours):
    # In Japanese it was "30 duration-day": there CLDR leaves the form to a shorter one.
    said = [languages[tag].span(timedelta(days=30)), languages[tag].span(HOURS)]

    assert [text.replace("\xa0", " ") for text in said] == [days, hours]


def test_a_place_is_named_as_the_language_names_it(languages):
    assert languages["de"].place("Europe/Rome") == "Rom"
    assert languages["ja"].place("Europe/Rome") == "ローマ"
    assert languages["en"].place("America/New_York") == "New York"


def test_a_name_is_set_apart_only_where_it_would_disturb_the_sentence(languages):
    hello = "Hello, %(name)s!"

    assert languages["en"].html(hello, name="Ada") == "Hello, Ada!"
    assert languages["en"].html(hello, name="عادة") == "Hello, <bdi>عادة</bdi>!"
    assert "<bdi>Ada</bdi>" in languages["ar"].html(hello, name="Ada")


def test_a_name_in_a_sentence_is_text_and_no_html(languages):
    said = languages["en"].html("<%(name)s>", name="<b>Ada</b> & %(name)s")

    assert said == "&lt;&lt;b&gt;Ada&lt;/b&gt; &amp; %(name)s&gt;"


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
