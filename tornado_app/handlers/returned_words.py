"""Owns the words for what was typed into a form that comes back."""

from collections.abc import Mapping

from tornado_app.i18n import Language, mark

_LABELS = {
    "name": mark("Name"),
    "username": mark("User name"),
    "language": mark("Language"),
    "time_zone": mark("Time zone"),
    "theme": mark("Theme"),
}


def typed_words(fields: Mapping[str, str], language: Language) -> list[tuple[str, str]]:
    """Pairs of a label and what was typed; what nobody typed is left out."""
    return [
        (language.translate(label), fields[field])
        for field, label in _LABELS.items()
        if fields.get(field)
    ]
