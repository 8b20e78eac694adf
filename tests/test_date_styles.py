"""Tests of the ways to write dates."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tornado_app.date_styles import with_dates
from tornado_app.i18n import Languages

LATE = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture(scope="module")
def languages():
    return Languages(Path(__file__).resolve().parent.parent / "locale")


@pytest.mark.parametrize(
    ("tag", "style", "day"),
    [
        ("en", "long", "November 25, 2026"),
        ("en", "short", "11/25/26"),
        ("en", "iso", "2026-11-25"),
        ("de", "long", "25. November 2026"),
        ("de", "short", "25.11.26"),
        ("de", "iso", "2026-11-25"),
    ],
)
def test_a_day_is_written_as_the_visitor_wants_it(languages, tag, style, day):
    assert with_dates(languages[tag], style).day(LATE, TOKYO) == day


def test_a_moment_is_written_with_the_same_day(languages):
    written = with_dates(languages["de"], "iso").moment(LATE, TOKYO)

    assert written == "2026-11-25, 08:30"


def test_all_but_the_dates_is_the_language_s(languages):
    german, dated = languages["de"], with_dates(languages["de"], "iso")

    assert dated.translate("Hello, stranger!") == "Hallo, Fremder!"
    assert dated.tag == german.tag
    assert dated.clock(LATE, TOKYO) == german.clock(LATE, TOKYO)
