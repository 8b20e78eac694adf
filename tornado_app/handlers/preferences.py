"""Owns the preferences page."""

from collections.abc import Mapping
from typing import cast
from zoneinfo import ZoneInfo

from tornado_app.handlers.base import BaseHandler
from tornado_app.handlers.forms import field_in
from tornado_app.handlers.next_page import next_page
from tornado_app.handlers.preference_choices import (
    choices,
    date_examples,
    field_words,
    language_choices,
    value_words,
    zone_choices,
)
from tornado_app.handlers.problems import problem_words
from tornado_app.i18n import Language, mark
from tornado_app.preferences import FIELDS, Preferences, check, showable
from tornado_app.tabs import as_text, from_text, meet, values_of
from tornado_app.zones import zone_names

_SAVED = mark("Your preferences are saved.")
_BOTH_SAVED = mark(
    "Your preferences are saved. What another tab changed meanwhile is kept too."
)


class PreferencesHandler(BaseHandler):
    """Shows what the visitor prefers (GET) and stores it (POST)."""

    form_url = "/preferences"

    # What is tried out on this one page, and not stored.
    _tried: Preferences | None = None

    @property
    def preferences(self) -> Preferences:
        return self._tried or super().preferences

    async def get(self) -> None:
        self._render(values_of(self.preferences))

    async def post(self) -> None:
        form = self._form()
        values, found = check(form, languages=self.languages)
        if found:
            language = self.language
            self._refuse(
                form, {f: problem_words(p, language) for f, p in found.items()}
            )
        elif field_in(self.request, "try") is not None:
            self._try(values)
        else:
            await self._store(values)

    async def _store(self, values: Mapping[str, str]) -> None:
        """Keep what was changed in the form, unless another tab changed it too."""
        shown = from_text(field_in(self.request, "shown") or "")
        meeting = meet(values, shown=shown, stored=values_of(self.preferences))
        if meeting.disputed:
            words = {f: self._dispute(f, v) for f, v in meeting.disputed.items()}
            self._refuse({**values, **meeting.elsewhere}, words, disputed=True)
            return

        if meeting.changed:
            await self.prefer(meeting.changed)
        self.session.flash(_BOTH_SAVED if meeting.elsewhere else _SAVED, "success")
        wanted = field_in(self.request, "next")
        self.redirect(next_page(wanted) if wanted else "/preferences", status=303)

    def _try(self, values: Mapping[str, str]) -> None:
        """Show this page as it would be, without storing anything."""
        before = values_of(self.preferences)
        form = {**before, **values}
        self._tried = Preferences(**form)
        self._render(form, shown=self._shown(before), tried=True)

    def _refuse(
        self,
        form: Mapping[str, str],
        problems: Mapping[str, str],
        *,
        disputed: bool = False,
    ) -> None:
        """Show the form again as it was sent, with what is wrong with it."""
        self.set_status(422)
        kept = values_of(self.preferences)
        sent = {field: showable(text) for field, text in form.items()}
        self._render(
            kept | sent,
            problems,
            shown=as_text(kept) if disputed else self._shown(kept),
            disputed=disputed,
        )

    def _form(self) -> dict[str, str]:
        """The fields that were sent; one that was not stays as it is."""
        sent = {field: field_in(self.request, field) for field in FIELDS}
        return {field: text for field, text in sent.items() if text is not None}

    def _shown(self, kept: Mapping[str, str]) -> str:
        """What the form showed when it was first opened, as far as it says so."""
        shown = from_text(field_in(self.request, "shown") or "")
        return as_text({**kept, **shown})

    def _dispute(self, field: str, value: str) -> str:
        language = self.language
        return language.translate(
            "%(field)s: another tab saved %(value)s meanwhile. Save again to have what "
            "you see here."
        ) % {
            "field": field_words(field, language),
            "value": value_words(field, value, language, self.languages),
        }

    def _render(
        self,
        form: Mapping[str, str],
        problems: Mapping[str, str] | None = None,
        *,
        shown: str = "",
        disputed: bool = False,
        tried: bool = False,
    ) -> None:
        language = self.language
        chosen = form["time_zone"]
        preview = chosen if chosen in zone_names() else self.preferences.time_zone
        self.render_page(
            "preferences.html",
            page="preferences",
            form=form,
            problems=problems or {},
            shown=shown or as_text(form),
            disputed=disputed,
            tried=tried,
            words=lambda field: field_words(field, language),
            choices=lambda field: choices(field, language),
            date_examples=date_examples(self._plain_language, self.now, self.zone),
            languages=language_choices(self.languages),
            regions=zone_choices(self._plain_language, chosen=chosen),
            preview=preview,
            clock=language.clock(self.now, ZoneInfo(preview or "UTC")),
            place=language.place(preview),
        )

    @property
    def _plain_language(self) -> Language:
        """The language without the visitor's way to write dates."""
        return cast(Language, self.locale)


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
