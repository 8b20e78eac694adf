"""Owns what a visitor can prefer: the fields, their values, the checks."""

import unicodedata
from collections.abc import Collection, Mapping, MutableMapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tornado_app.normal_text import normal, without_unseen
from tornado_app.zones import zone_names

THEMES = ("system", "light", "dark", "high-contrast")
TEXT_SIZES = ("normal", "large", "larger")
DATE_STYLES = ("long", "short", "iso")
MOTIONS = ("system", "reduced")
MAX_NAME_LENGTH = 60

# Text direction overrides could make a name rewrite the words around it.
_DIRECTION_CONTROLS = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
# Unicode categories: control, surrogate, not assigned, line and paragraph separator.
_UNSHOWABLE_CATEGORIES = frozenset({"Cc", "Cs", "Cn", "Zl", "Zp"})


class Problem(StrEnum):
    """What is wrong with a value; pages put it into words."""

    NAME_MISSING = "name-missing"
    NAME_TOO_LONG = "name-too-long"
    NAME_NOT_SHOWABLE = "name-not-showable"
    THEME_UNKNOWN = "theme-unknown"
    LANGUAGE_UNKNOWN = "language-unknown"
    TIME_ZONE_UNKNOWN = "time-zone-unknown"
    TEXT_SIZE_UNKNOWN = "text-size-unknown"
    DATE_STYLE_UNKNOWN = "date-style-unknown"
    MOTION_UNKNOWN = "motion-unknown"


class PreferenceError(ValueError):
    """A value was refused.

    Attributes:
        problem: What is wrong with it.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"value was refused: {problem}")
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a visitor prefers; a field that was never chosen has its default."""

    name: str = ""
    """Empty: a stranger."""

    language: str = ""
    """The code of a catalogue; empty: as the browser asks."""

    time_zone: str = ""
    """An IANA name; empty: the server's, UTC."""

    date_style: str = DATE_STYLES[0]
    """One of `DATE_STYLES`: as the language writes dates, or as ISO 8601 does."""

    theme: str = THEMES[0]
    """One of `THEMES`; the first follows the visitor's system."""

    text_size: str = TEXT_SIZES[0]
    """One of `TEXT_SIZES`; all of them follow the browser's own size too."""

    motion: str = MOTIONS[0]
    """One of `MOTIONS`; the first follows the visitor's system."""


FIELDS = tuple(Preferences.__dataclass_fields__)
"""In the order in which the page asks for them."""

LOOKS = ("language", "theme", "text_size", "motion")
"""What it takes to read a page on this device, whoever uses it."""

_DEFAULTS = Preferences()
_CHOICES: Mapping[str, tuple[Collection[str], Problem]] = {
    "date_style": (DATE_STYLES, Problem.DATE_STYLE_UNKNOWN),
    "theme": (THEMES, Problem.THEME_UNKNOWN),
    "text_size": (TEXT_SIZES, Problem.TEXT_SIZE_UNKNOWN),
    "motion": (MOTIONS, Problem.MOTION_UNKNOWN),
}


def preferences_in(
    data: Mapping[str, Any], *, languages: Collection[str]
) -> Preferences:
    """The preferences kept in *data*; what is no longer valid has its default."""
    return Preferences(**kept_in(data, languages=languages))


def kept_in(data: Mapping[str, Any], *, languages: Collection[str]) -> dict[str, str]:
    """What was preferred in *data* by field; what is no longer valid is not there."""
    kept = {field: str(data[field]) for field in FIELDS if data.get(field)}
    return check(kept, languages=languages)[0]


def check(
    form: Mapping[str, str], *, languages: Collection[str]
) -> tuple[dict[str, str], dict[str, Problem]]:
    """Sort the known fields of *form* into good values and problems, cleaned."""
    values: dict[str, str] = {}
    problems: dict[str, Problem] = {}
    for field in FIELDS:
        if field in form:
            try:
                values[field] = _checked(field, form[field], languages)
            except PreferenceError as error:
                problems[field] = error.problem
    return values, problems


def remember(data: MutableMapping[str, Any], values: Mapping[str, str]) -> None:
    """Keep *values* in *data*; a default is forgotten, what is equal is not touched."""
    for field, value in values.items():
        if value == getattr(_DEFAULTS, field):
            forget(data, field)
        elif data.get(field) != value:
            data[field] = value


def forget(data: MutableMapping[str, Any], *fields: str) -> None:
    """Take *fields* out of *data*, if they are there."""
    for field in fields:
        if field in data:
            del data[field]


def check_name(text: str) -> str:
    """A name without spaces around it, NFC; may be empty.

    Raises `PreferenceError` when it is longer than `MAX_NAME_LENGTH` characters, holds
    a character that cannot be shown, or holds nothing that can be seen.
    """
    if any(_is_unshowable(character) for character in text):
        raise PreferenceError(Problem.NAME_NOT_SHOWABLE)
    name = normal("NFC", text).strip()
    if len(name) > MAX_NAME_LENGTH:
        raise PreferenceError(Problem.NAME_TOO_LONG)
    if name and not any(map(_is_visible, without_unseen(name))):
        raise PreferenceError(Problem.NAME_NOT_SHOWABLE)
    return name


def check_required_name(text: str) -> str:
    """As `check_name`, but an empty name is a `PreferenceError` too."""
    name = check_name(text)
    if not name:
        raise PreferenceError(Problem.NAME_MISSING)
    return name


def showable(text: str) -> str:
    """*text* as a page may show it again: no HTML can hold most control characters."""
    return "".join("\ufffd" if _is_unshowable(each) else each for each in text)


def _checked(field: str, text: str, languages: Collection[str]) -> str:
    if field == "name":
        return check_name(text)
    choices, problem = _choices(field, languages)
    if text not in choices and (text or field in _CHOICES):
        raise PreferenceError(problem)
    return text


def _choices(field: str, languages: Collection[str]) -> tuple[Collection[str], Problem]:
    """What a field can be, besides empty where that says who decides."""
    if field == "language":
        return languages, Problem.LANGUAGE_UNKNOWN
    if field == "time_zone":
        return zone_names(), Problem.TIME_ZONE_UNKNOWN
    return _CHOICES[field]


def _is_unshowable(character: str) -> bool:
    category = unicodedata.category(character)
    return category in _UNSHOWABLE_CATEGORIES or character in _DIRECTION_CONTROLS


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS"
