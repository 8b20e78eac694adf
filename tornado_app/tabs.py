"""What became of preferences while a form with them was open.

A form says what it showed. So a tab that was open for long stores only what its visitor
changed in it, and what another tab changed meanwhile is neither lost nor overwritten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from tornado_app.preferences import FIELDS, Preferences


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a form and what is stored make of each other.

    Attributes:
        changed: What was changed in the form and nowhere else: it is to be stored.
        elsewhere: What was changed elsewhere and not in the form: it stays.
        disputed: What was changed in both, to other values; those stored are here.
    """

    changed: Mapping[str, str]
    elsewhere: Mapping[str, str]
    disputed: Mapping[str, str]


def values_of(preferences: Preferences) -> dict[str, str]:
    """*preferences* by field."""
    return {field: getattr(preferences, field) for field in FIELDS}


def as_text(shown: Mapping[str, str]) -> str:
    """What a form showed, for a hidden field of its own."""
    return urlencode(shown)


def from_text(text: str) -> dict[str, str]:
    """The values in `as_text`; what is malformed is not there."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=len(FIELDS))
    except ValueError:
        return {}
    return {field: value for field, value in pairs if field in FIELDS}


def meet(
    sent: Mapping[str, str], *, shown: Mapping[str, str], stored: Mapping[str, str]
) -> Meeting:
    """Compare a form with what it showed, field by field, and with what is stored.

    A field whose old value is not known counts as changed in the form.
    """
    changed: dict[str, str] = {}
    elsewhere: dict[str, str] = {}
    disputed: dict[str, str] = {}
    for field, value in sent.items():
        before, now = shown.get(field), stored[field]
        if value == before:
            if now != before:
                elsewhere[field] = now
        elif before is None or now in (before, value):
            changed[field] = value
        else:
            disputed[field] = now
    return Meeting(changed, elsewhere, disputed)
