"""Owns the notice that a session is about to end, with the way to stay.

WCAG 2.2.1 (Timing Adjustable) wants a warning before a time limit, with a simple way
to extend it, unless the limit is longer than 20 hours. A page without a script cannot
speak up later, so it says from the start when the session ends, whenever less than
those 20 hours are left: always, where the idle timeout is that short, and on the last
day of a longer one. A script finds the same instant in ``data-ends-at`` and can keep
the notice for the last minutes.

A use moves the idle end but not that of the absolute lifetime: there the way to stay
is to sign in again, which starts both clocks anew and keeps what the session holds. A
use is noted at most once per touch interval, so a session may end later than announced
by less than that, and never earlier.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from tornado_app.i18n import Language, mark
from tornado_app.sessions import Session, SessionPolicy

NEAR = timedelta(hours=20)
"""An end that is further away needs no notice (WCAG 2.2.1, "20 Hour Exception")."""

Way = Literal["stay", "sign-in", "sign-up"]

_STAY = mark(
    "You stay signed in until %(time)s. Every page that you open, and every form that"
    " you send, makes it longer."
)
_SIGN_IN = mark(
    "Your sign-in lasts until %(time)s and cannot get any older. To stay, sign in again"
    " before that; nothing is lost."
)
_BE_REMEMBERED = mark(
    "We remember you here until %(time)s. Every page that you open makes it longer."
)
_SIGN_UP = mark(
    "We remember you here until %(time)s and no longer. An account keeps what you told"
    " us."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """When a session ends, in the visitor's language.

    Attributes:
        ends_at: ISO 8601 in UTC, for a script.
        words: The sentences.
        way: What the visitor can do: ``stay`` with one button, or ``sign-in`` again, or
            ``sign-up`` where nobody is signed in.
        signed_in: Whether somebody is.
    """

    ends_at: str
    words: str
    way: Way
    signed_in: bool


def notice_of(
    session: Session,
    policy: SessionPolicy,
    language: Language,
    zone: tzinfo,
    *,
    now: datetime,
) -> Notice | None:
    """The notice for a page that is shown at *now*; None: the end is not near."""
    if not is_near(session, now=now):
        return None
    ends_at = session.expires_at
    signed_in = session.user is not None
    way, words = _way(signed_in, is_last=_is_last(session, policy, ends_at))
    time = time_of_day(ends_at, language, zone, now=now)
    return Notice(
        ends_at=instant(ends_at),
        words=language.translate(words) % {"time": time},
        way=way,
        signed_in=signed_in,
    )


def is_near(session: Session, *, now: datetime) -> bool:
    """Tell whether the end of a session that is stored is near, with the marks."""
    return not session.is_new and session.expires_at - now <= NEAR


def mark_use(session: Session, policy: SessionPolicy, *, now: datetime) -> bool:
    """Mark a touch that is due, as the commit would; ``expires_at`` counts it then.

    Returns whether it was due.
    """
    is_due = now - session.last_seen_at >= (policy.touch_interval or timedelta(0))
    if is_due:
        session.touch()
    return is_due


def instant(at: datetime) -> str:
    """*at* as scripts and programs read it: ISO 8601, UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def time_of_day(
    at: datetime, language: Language, zone: tzinfo, *, now: datetime
) -> str:
    """The time of day, with its date unless that is today's; in UTC it says so."""
    is_today = at.astimezone(zone).date() == now.astimezone(zone).date()
    words = language.clock(at, zone) if is_today else language.moment(at, zone)
    return f"{words} UTC" if zone.tzname(None) == "UTC" else words


def _is_last(session: Session, policy: SessionPolicy, ends_at: datetime) -> bool:
    """Whether no use of the session moves this end."""
    clocks = policy.clocks(
        user=session.user,
        started_at=session.started_at,
        signed_in_at=session.signed_in_at,
    )
    return clocks.ends_at is not None and ends_at >= clocks.ends_at


def _way(signed_in: bool, *, is_last: bool) -> tuple[Way, str]:
    if not is_last:
        return "stay", _STAY if signed_in else _BE_REMEMBERED
    return ("sign-in", _SIGN_IN) if signed_in else ("sign-up", _SIGN_UP)
