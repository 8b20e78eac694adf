"""What a request has marked for its end, beside the values that it changed."""

from datetime import timedelta
from enum import Enum
from typing import NamedTuple

from .record import SessionRecord, SignIn


class Cookie(Enum):
    """What the response is to do with the browser's cookie."""

    LEAVE = "left alone"
    SET = "set"
    CLEAR = "cleared"


LEAVE = Cookie.LEAVE
"""For what runs at every request: on Python 3.11 a member is looked up by a call."""


class Marks(NamedTuple):
    """What the next commit is to do beside writing data."""

    new_id: str | None = None
    sign_in: SignIn | None = None
    clear: bool = False
    touch: bool = False
    own_idle: tuple[timedelta | None] | None = None

    @property
    def asks_for_more(self) -> bool:
        """Whether something beside data, flashes, id and touch is to be done."""
        return self.clear or self.own_idle is not None or self.sign_in is not None

    def without(self, done: "Marks") -> "Marks":
        """Return what is still to do when *done* is done."""
        return Marks(
            new_id=None if self.new_id == done.new_id else self.new_id,
            sign_in=None if self.sign_in == done.sign_in else self.sign_in,
            clear=self.clear and not done.clear,
            touch=self.touch and not done.touch,
            own_idle=None if self.own_idle == done.own_idle else self.own_idle,
        )


NO_MARKS = Marks()


class Doomed(NamedTuple):
    """A record that the next commit deletes, with the id that opened it."""

    record: SessionRecord
    session_id: str | None
