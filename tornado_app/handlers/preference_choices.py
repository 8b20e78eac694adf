"""Owns the words for what can be preferred."""

import functools
from datetime import datetime, tzinfo

from tornado_app.date_styles import with_dates
from tornado_app.i18n import Language, Languages, mark
from tornado_app.zones import zones_by_region

Choice = tuple[str, str]
"""A value and its name."""

Region = tuple[str, list[Choice]]
"""A region's name and its zones."""

_FIELDS = {
    "name": mark("Name"),
    "language": mark("Language"),
    "time_zone": mark("Time zone"),
    "date_style": mark("Dates"),
    "theme": mark("Theme"),
    "text_size": mark("Text size"),
    "motion": mark("Motion"),
}

_LISTED = {
    "theme": {
        "system": mark("As my device is set"),
        "light": mark("Light"),
        "dark": mark("Dark"),
        "high-contrast": mark("High contrast"),
    },
    "text_size": {
        "normal": mark("Normal"),
        "large": mark("Large"),
        "larger": mark("Larger"),
    },
    "date_style": {
        "long": mark("Written out"),
        "short": mark("Short"),
        "iso": mark("Year, month, day"),
    },
    "motion": {
        "system": mark("As my device is set"),
        "reduced": mark("Keep everything still"),
    },
}

_NOTHING_CHOSEN = {
    "name": mark("no name"),
    "language": mark("As my browser asks"),
    "time_zone": mark("Our clock (UTC)"),
}

_REGIONS = {
    "Africa": mark("Africa"),
    "America": mark("America"),
    "Antarctica": mark("Antarctica"),
    "Arctic": mark("Arctic"),
    "Asia": mark("Asia"),
    "Atlantic": mark("Atlantic Ocean"),
    "Australia": mark("Australia"),
    "Europe": mark("Europe"),
    "Indian": mark("Indian Ocean"),
    "Pacific": mark("Pacific Ocean"),
}


def field_words(field: str, language: Language) -> str:
    """What a field is called."""
    return language.translate(_FIELDS[field])


def value_words(field: str, value: str, language: Language, others: Languages) -> str:
    """What a valid *value* of *field* is called."""
    if field in _LISTED:
        return language.translate(_LISTED[field][value])
    if not value:
        return language.translate(_NOTHING_CHOSEN[field])
    if field == "language":
        return others[value].own_name
    return language.place(value) if field == "time_zone" else value


def choices(field: str, language: Language) -> list[Choice]:
    """What a field with few values can be."""
    return [
        (value, language.translate(words)) for value, words in _LISTED[field].items()
    ]


def date_examples(language: Language, at: datetime, zone: tzinfo) -> dict[str, str]:
    """How each style writes the day of *at*."""
    return {
        style: with_dates(language, style).day(at, zone)
        for style in _LISTED["date_style"]
    }


def language_choices(languages: Languages) -> list[Choice]:
    """The languages, each in its own words."""
    return [(tag, language.own_name) for tag, language in languages.items()]


def zone_choices(language: Language, *, chosen: str) -> list[Region]:
    """Regions with their zones, named in *language* and sorted by that name.

    A valid zone under an old spelling that was *chosen* is offered too.
    """
    regions = list(_offered(language))
    offered = {name for _, zones in regions for name, _ in zones}
    if chosen and chosen not in offered:
        regions.append((chosen, [(chosen, chosen)]))
    return regions


@functools.cache
def _offered(language: Language) -> list[Region]:
    return [
        (language.translate(_REGIONS.get(region, region)), _named(names, language))
        for region, names in zones_by_region().items()
    ]


def _named(names: tuple[str, ...], language: Language) -> list[Choice]:
    named = [(name, language.place(name)) for name in names]
    return sorted(named, key=lambda pair: pair[1])
