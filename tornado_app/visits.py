"""Owns the count of a visitor's visits."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Visits:
    """How often a visitor came, and when last before now (None: never)."""

    number: int
    last_at: datetime | None


def visits_in(session: MutableMapping[str, Any]) -> Visits:
    """What *session* says about its visits so far."""
    last_at = session.get("last_visit_at")
    return Visits(
        number=session.get("visits", 0),
        last_at=datetime.fromisoformat(last_at) if last_at else None,
    )


def count_visit(session: MutableMapping[str, Any], *, now: datetime) -> Visits:
    """Add the visit at *now*; return the new number with the visit before it."""
    before = visits_in(session)
    session["visits"] = before.number + 1
    session["last_visit_at"] = now.isoformat(timespec="seconds")
    return Visits(before.number + 1, before.last_at)
