"""Owns the languages that pages speak.

English is the language of the source. Every other one is a file, ``locale/CODE.po``,
compiled in memory at the start: to add a language is to add its file.
"""

import functools
import gettext
import io
import math
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from html import escape
from pathlib import Path
from typing import Literal

import babel
from babel import dates
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from tornado.locale import GettextLocale

from tornado_app.accept_language import wanted_tags
from tornado_app.isolation import isolated

SOURCE_LANGUAGE = "en"


def mark(text: str) -> str:
    """Mark *text* for translation; it is translated later, where it is shown."""
    return text


_Unit = Literal["day", "hour", "minute", "second"]


class Language(GettextLocale):
    """One language: its texts, and how it writes dates, times, places and durations.

    Attributes:
        tag: The BCP 47 tag, for ``lang`` attributes and as the preferred value.
        own_name: The language's name in itself.
        direction: ``ltr`` or ``rtl``.
    """

    def __init__(self, code: str, translations: gettext.NullTranslations) -> None:
        super().__init__(code, translations)
        self._cldr = babel.Locale.parse(code)
        self.tag = code.replace("_", "-")
        self.own_name = str(self._cldr.get_display_name(code)).capitalize()
        self.direction = self._cldr.text_direction

    def html(self, sentence: str, **values: str) -> str:
        """A translated *sentence* with its ``%(name)s`` filled in, as HTML.

        The *values* are what somebody typed in: they may be written in the other
        direction than the sentence, and cannot disturb its order.
        """
        direction = self.direction
        safe = {
            name: isolated(value, direction=direction) for name, value in values.items()
        }
        return escape(sentence) % safe

    def moment(self, at: datetime, zone: tzinfo) -> str:
        """Date and time of day, e.g. ``November 24, 2026, 2:02 PM``."""
        pattern = str(dates.get_datetime_format("long", self._cldr))
        day_and_time = pattern.format(self.clock(at, zone), self.day(at, zone))
        return day_and_time.replace("'", "")

    def day(self, at: datetime, zone: tzinfo) -> str:
        """The date, e.g. ``November 24, 2026``."""
        return dates.format_date(at.astimezone(zone), "long", self._cldr)

    def clock(self, at: datetime, zone: tzinfo) -> str:
        """The time of day, e.g. ``2:02 PM``."""
        return dates.format_time(at.astimezone(zone), "short", locale=self._cldr)

    def ago(self, at: datetime, *, now: datetime) -> str:
        """How long before *now*, in words, e.g. ``3 days ago``."""
        if now - at < timedelta(minutes=1):
            return self.translate("just now")
        return dates.format_timedelta(
            at - now, granularity="minute", add_direction=True, locale=self._cldr
        )

    def span(self, duration: timedelta) -> str:
        """A duration in its largest whole unit up to days, e.g. ``30 days``."""
        for unit, size in _UNITS.items():
            if duration >= size and not duration % size:
                return self._in_units(duration, unit)
        return self._in_units(max(duration, _UNITS["second"]), "second")

    def place(self, zone_name: str) -> str:
        """The city that names a time zone, e.g. ``Rom`` for ``Europe/Rome``."""
        known = self._cldr.time_zones.get(zone_name, {}).get("city")
        return str(known or zone_name.rpartition("/")[2].replace("_", " "))

    def _in_units(self, duration: timedelta, unit: _Unit) -> str:
        # However many they are, they do not become some of a larger unit.
        never = math.inf
        return dates.format_timedelta(
            duration, granularity=unit, threshold=never, locale=self._cldr
        )


_UNITS: dict[_Unit, timedelta] = {
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1),
}


class Languages(Mapping[str, Language]):
    """The languages there are, by their tag; English comes first."""

    def __init__(self, directory: Path) -> None:
        languages = [Language(SOURCE_LANGUAGE, gettext.NullTranslations())]
        for path in sorted(directory.glob("*.po")):
            languages.append(Language(path.stem, _compile(path)))
        self._by_tag = {language.tag: language for language in languages}
        self._tags = {tag.lower(): tag for tag in self._by_tag}

    def __getitem__(self, tag: str) -> Language:
        return self._by_tag[tag]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_tag)

    def __len__(self) -> int:
        return len(self._by_tag)

    def closest(self, accept_language: str) -> Language:
        """What an Accept-Language header asks for, or English (RFC 9110 §12.5.4)."""
        for wanted in wanted_tags(accept_language):
            if wanted == "*":
                break
            if wanted in self._tags:
                return self[self._tags[wanted]]
        return self[SOURCE_LANGUAGE]


@functools.cache  # a changed file is read at the next start, as a template is
def _compile(path: Path) -> gettext.GNUTranslations:
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.stem)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
