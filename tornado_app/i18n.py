"""Owns the languages that pages speak.

English is the language of the source. Every other one is a file, ``locale/CODE.po``,
compiled in memory at the start: to add a language is to add its file.
"""

import gettext
import io
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import babel
from babel import dates, units
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from tornado.locale import GettextLocale

SOURCE_LANGUAGE = "en"
# A header longer than this comes from no browser; parsing the rest buys nothing.
_MAX_ACCEPT_LANGUAGE_LENGTH = 512


def mark(text: str) -> str:
    """Mark *text* for translation; it is translated later, where it is shown."""
    return text


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
        return dates.format_timedelta(
            at - now, granularity="minute", add_direction=True, locale=self._cldr
        )

    def span(self, duration: timedelta) -> str:
        """A duration in its largest whole unit up to days, e.g. ``30 days``."""
        for unit, size in _UNITS.items():
            if duration >= size and not duration % size:
                return self._units(duration // size, unit)
        return self._units(max(1, round(duration.total_seconds())), "second")

    def place(self, zone_name: str) -> str:
        """The city that names a time zone, e.g. ``Rom`` for ``Europe/Rome``."""
        known = self._cldr.time_zones.get(zone_name, {}).get("city")
        return str(known or zone_name.rpartition("/")[2].replace("_", " "))

    def _units(self, number: int, unit: str) -> str:
        return units.format_unit(number, f"duration-{unit}", locale=self._cldr)


_UNITS = {
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
        for wanted in _ranges(accept_language[:_MAX_ACCEPT_LANGUAGE_LENGTH]):
            for candidate in (wanted, wanted.partition("-")[0]):
                if candidate in self._tags:
                    return self[self._tags[candidate]]
        return self[SOURCE_LANGUAGE]


def _compile(path: Path) -> gettext.GNUTranslations:
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.stem)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _ranges(accept_language: str) -> list[str]:
    """The language ranges, lower case, the most wanted first; ``q=0`` left out."""
    weighed = [_weigh(item) for item in accept_language.split(",")]
    weighed.sort(key=lambda pair: pair[1], reverse=True)
    return [tag for tag, weight in weighed if weight > 0]


def _weigh(item: str) -> tuple[str, float]:
    tag, _, parameter = item.partition(";")
    name, _, weight = parameter.partition("=")
    if name.strip().lower() != "q":
        return tag.strip().lower(), 1.0
    try:
        return tag.strip().lower(), float(weight)
    except ValueError:
        return tag.strip().lower(), 0.0
