"""Owns which sessions of an account are shown, and in which order."""

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from tornado_app.sessions import SessionInfo
from tornado_app.sign_ins import MEMORY, SignIn

# Somebody who signs in and out all day has no use for all of it.
_MOST_ENDED = 20


class Living(NamedTuple):
    """A session that can be used, with what was noted at its sign-in."""

    info: SessionInfo
    sign_in: SignIn | None


class SessionList(NamedTuple):
    """All that its owner is shown.

    Attributes:
        this: The session of the one who asks; empty if it ended meanwhile.
        others: The other ones, the most recently used first.
        ended: What is over, but not for longer than it is remembered; the latest
            sign-in first, and not all if there are very many.
    """

    this: list[Living]
    others: list[Living]
    ended: list[SignIn]

    def sign_in_of(self, handle: str) -> SignIn | None:
        """What was noted of this session; None: it is not shown."""
        living = (each.sign_in for each in (*self.this, *self.others))
        return next(
            (s for s in (*living, *self.ended) if s is not None and s.handle == handle),
            None,
        )


def session_list(
    infos: Iterable[SessionInfo],
    sign_ins: Iterable[SignIn],
    *,
    own: str,
    now: datetime,
) -> SessionList:
    """Sort an account's live sessions and noted sign-ins; *own* is who asks."""
    noted = {sign_in.handle: sign_in for sign_in in sign_ins}
    living = [Living(info, noted.get(info.handle)) for info in infos]
    return SessionList(
        this=[each for each in living if each.info.handle == own],
        others=[each for each in living if each.info.handle != own],
        ended=_ended_lately(
            noted.values(), {each.info.handle for each in living}, now=now
        ),
    )


def _ended_lately(
    sign_ins: Iterable[SignIn], living: Collection[str], *, now: datetime
) -> list[SignIn]:
    # When one ended by itself is not known: it counts from its sign-in.
    over = (
        each
        for each in sign_ins
        if each.handle not in living
        and (each.ended_at or each.signed_in_at) > now - MEMORY
    )
    return list(islice(over, _MOST_ENDED))
