"""Owns the greeting page."""

from datetime import datetime, timedelta
from html import escape
from typing import Any

from tornado_app.handlers.base import BaseHandler
from tornado_app.handlers.forms import required_field_in
from tornado_app.handlers.preference_choices import choices, language_choices
from tornado_app.handlers.problems import problem_words
from tornado_app.i18n import mark
from tornado_app.preferences import (
    PreferenceError,
    Problem,
    check_required_name,
    showable,
)
from tornado_app.sessions import Session, SessionGoneError
from tornado_app.visits import Visits, count_visit, visits_in


class GreetingHandler(BaseHandler):
    """Greets the visitor (GET) and learns a name (POST)."""

    async def get(self) -> None:
        self._render(await self._visits())

    async def post(self) -> None:
        text = required_field_in(self.request, "name")
        try:
            name = check_required_name(text)
        except PreferenceError as error:
            self.set_status(422)
            visits = visits_in(self.session)
            self._render(visits, text=showable(text), problem=error.problem)
            return

        await self.prefer({"name": name})
        self.redirect("/", status=303)

    async def _visits(self) -> Visits:
        """Counts this visit, if somebody known is looking."""
        if self.session.is_new or self.is_fetched_ahead:
            return visits_in(self.session)
        now = self.now

        def count(session: Session) -> Visits:
            return count_visit(session, now=now)

        try:
            return await self.session.transaction(count)
        except SessionGoneError:  # ended while we were at it; the page still comes
            return visits_in(self.session)

    def _render(
        self, visits: Visits, *, text: str = "", problem: Problem | None = None
    ) -> None:
        self.render_page(
            "greeting.html",
            page="greeting",
            greeting=self._greeting(),
            hour_words=self.language.translate(
                hour_words(self.now.astimezone(self.zone))
            ),
            text=text,
            problems={"name": problem_words(problem, self.language)} if problem else {},
            visits=visits,
            languages=language_choices(self.languages),
            themes=choices("theme", self.language),
            **self._facts(visits),
        )

    def _greeting(self) -> str:
        """The greeting as HTML."""
        name = self.preferences.name
        if not name:
            return escape(self.language.translate("Hello, stranger!"))
        sentence = self.language.translate("Hello, %(name)s!")
        return self.language.html(sentence, name=name)

    def _facts(self, visits: Visits) -> dict[str, Any]:
        language, now = self.language, self.now
        idle, lifetime = self._clocks()
        sentence = language.translate(
            "You have been here %(count)s time.",
            "You have been here %(count)s times.",
            visits.number,
        )
        # In two parts: the page puts the number, an element of its own, between them.
        before, _, after = sentence.partition("%(count)s")
        return {
            "visits_sentence": (before, after),
            "clock": language.clock(now, self.zone),
            "place": language.place(self.preferences.time_zone),
            "last_visit_ago": visits.last_at and language.ago(visits.last_at, now=now),
            "last_visit": visits.last_at and language.moment(visits.last_at, self.zone),
            "idle": language.span(idle),
            "lifetime": language.span(lifetime),
        }

    def _clocks(self) -> tuple[timedelta, timedelta]:
        """How long this visitor's session is kept: unused, and at the longest."""
        if self.account is None:
            return self.site.idle_timeout, self.site.absolute_lifetime
        return self.site.signed_in_idle_timeout, self.site.signed_in_lifetime


def hour_words(at: datetime) -> str:
    """What one says at that time of day; marked for translation."""
    if 5 <= at.hour < 12:
        return mark("Good morning.")
    if 12 <= at.hour < 18:
        return mark("Good afternoon.")
    if 18 <= at.hour < 23:
        return mark("Good evening.")
    return mark("You are up late.")
