"""Owns the preferences page."""

import functools
from collections.abc import Mapping

from tornado_app.handlers.base import BaseHandler
from tornado_app.handlers.forms import field_in
from tornado_app.handlers.problems import problem_words
from tornado_app.i18n import Language, mark
from tornado_app.preferences import (
    FIELDS,
    THEMES,
    Preferences,
    Problem,
    check,
    showable,
)
from tornado_app.zones import zones_by_region

_THEME_LABELS = {
    "system": mark("As my device is set"),
    "light": mark("Light"),
    "dark": mark("Dark"),
    "high-contrast": mark("High contrast"),
}

_REGION_LABELS = {
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


Region = tuple[str, list[tuple[str, str]]]
"""A region's name and its zones, each with its value and its name."""


class PreferencesHandler(BaseHandler):
    """Shows what the visitor prefers (GET) and stores it (POST)."""

    form_url = "/preferences"

    async def get(self) -> None:
        self._render(_form_of(self.preferences), {})

    async def post(self) -> None:
        form = self._form()
        values, problems = check(form, languages=self.languages)
        if problems:
            self.set_status(422)
            sent = {field: showable(text) for field, text in form.items()}
            self._render(_form_of(self.preferences) | sent, problems)
            return

        await self.prefer(values)
        self.session.flash(mark("Your preferences are saved."), "success")
        self.redirect("/preferences", status=303)

    def _form(self) -> dict[str, str]:
        """The fields that were sent; one that was not stays as it is."""
        sent = {field: field_in(self.request, field) for field in FIELDS}
        return {field: text for field, text in sent.items() if text is not None}

    def _render(self, form: Mapping[str, str], problems: Mapping[str, Problem]) -> None:
        language = self.language
        words = {field: problem_words(p, language) for field, p in problems.items()}
        self.render_page(
            "preferences.html",
            page="preferences",
            form=form,
            problems=words,
            themes=[
                (value, language.translate(_THEME_LABELS[value])) for value in THEMES
            ],
            languages=[(tag, other.own_name) for tag, other in self.languages.items()],
            regions=zone_choices(language, chosen=form["time_zone"]),
            clock=language.clock(self.now, self.zone),
            place=language.place(self.preferences.time_zone),
        )


class ResetHandler(BaseHandler):
    """Takes every preference back to its default (POST)."""

    form_url = "/preferences"

    async def post(self) -> None:
        await self.forget_preferences()
        if not self.session.is_new:
            self.session.flash(
                mark("Your preferences are back to the defaults."), "success"
            )
        self.redirect("/preferences", status=303)


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
        (
            language.translate(_REGION_LABELS.get(region, region)),
            _named(names, language),
        )
        for region, names in zones_by_region().items()
    ]


def _named(names: tuple[str, ...], language: Language) -> list[tuple[str, str]]:
    named = [(name, language.place(name)) for name in names]
    return sorted(named, key=lambda pair: pair[1])


def _form_of(preferences: Preferences) -> dict[str, str]:
    return {field: getattr(preferences, field) for field in FIELDS}
