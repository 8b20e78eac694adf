"""What one request has made of its session and not yet stored."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from . import ids
from .flashes import NO_FLASH_CHANGES
from .ids import NOTHING, Presented
from .marks import LEAVE, NO_MARKS, Cookie, Doomed
from .policy import SessionPolicy
from .record import PAST, Clocks, SessionRecord, SignIn, StoredFlash
from .tracking import NOTHING as UNCHANGED
from .tracking import TrackedValues

if TYPE_CHECKING:
    from .under_way import UnderWay


class Draft:
    """A session's record as it is stored, and what is to change of it.

    ``record`` is None until the session is stored; ``session_id`` is what the cookie
    holds, or will. Before ``quiet_until`` no use of the record is to be noted.
    """

    def __init__(
        self,
        policy: SessionPolicy,
        clock: Callable[[], datetime],
        record: SessionRecord | None = None,
        presented: Presented = NOTHING,
    ) -> None:
        self.policy = policy
        self.clock = clock
        self.presented = presented
        self.record = record
        self.session_id: str | None = None
        if record is None:
            self.quiet_until = PAST
            self.values = TrackedValues("{}")
        else:
            self.session_id = presented.session_id
            self.quiet_until = presented.quiet_until
            self.values = TrackedValues(record.data)
        self.marks = NO_MARKS
        self.flash_changes = NO_FLASH_CHANGES
        self._born_at: datetime | None = None
        # Whether ``record`` is all that is stored, as far as this request knows.
        self.fresh = True
        self.gone = False
        self.doomed: Doomed | None = None
        # How often the session was destroyed: what was under way is not about this one.
        self.lives = 0
        # How often something was stored; a plan from before is stale.
        self.settled = 0
        self.planned: Any = None
        self.lock: asyncio.Lock | None = None
        # The change that the end of the request asked for, until it is answered.
        self.under_way: UnderWay | None = None
        self.cookie = LEAVE
        # What a cookie that is set holds: an id that is stored, whatever comes later.
        self.cookie_id = ""
        # True once no cookie can be sent: headers are out, or this is a WebSocket.
        self.cookieless = False
        # What became of the session at its last commit, for the log.
        self.fate = ""

    def show(self, record: SessionRecord | None, session_id: str | None) -> None:
        """Forget all changes and begin from *record*; None: a new, empty session."""
        self.record, self.quiet_until = record, PAST
        self.session_id = session_id
        self.values = TrackedValues("{}" if record is None else record.data)
        self.flash_changes = NO_FLASH_CHANGES
        self.marks = NO_MARKS
        self.fresh = True

    @property
    def born_at(self) -> datetime:
        """When a session that is not stored yet began."""
        if self._born_at is None:
            self._born_at = self.clock()
        return self._born_at

    @property
    def is_untouched(self) -> bool:
        """Whether surely nothing is changed or being stored; the quick way out."""
        return (
            self.marks is NO_MARKS
            and self.values.own is UNCHANGED
            and self.doomed is None
            and self.lock is None
            and self.under_way is None
            and self.flash_changes is NO_FLASH_CHANGES
        )

    @property
    def is_being_stored(self) -> bool:
        """Whether a commit of this session is under way."""
        return self.under_way is not None or (
            self.lock is not None and self.lock.locked()
        )

    @property
    def is_unsaved(self) -> bool:
        """Whether something was asked for that is not stored; a due touch is not."""
        return bool(
            self.doomed is not None
            or self.marks != NO_MARKS
            or self.flash_changes != NO_FLASH_CHANGES
            or self.values.changes()
        )

    @property
    def handle(self) -> str:
        if self.record is None:
            return ids.handle_of(self.current_id)
        return self.record.handle

    @property
    def id_digest(self) -> bytes:
        if self.record is None or self.marks.new_id is not None:
            return ids.digest_of(self.current_id)
        return self.record.id_digest

    @property
    def current_id(self) -> str:
        """The session id: the marked new one, the cookie's, or one made just now."""
        if self.marks.new_id is not None:
            return self.marks.new_id
        if self.session_id is None:
            self.session_id = ids.new_id()
        return self.session_id

    @property
    def user(self) -> str | None:
        if self.marks.sign_in is not None:
            return self.marks.sign_in.user
        return None if self.record is None else self.record.user

    @property
    def signed_in_at(self) -> datetime | None:
        if self.marks.sign_in is not None:
            return self.marks.sign_in.at
        return None if self.record is None else self.record.signed_in_at

    @property
    def started_at(self) -> datetime:
        return self.born_at if self.record is None else self.record.started_at

    @property
    def last_seen_at(self) -> datetime:
        return self.born_at if self.record is None else self.record.last_seen_at

    @property
    def own_idle(self) -> timedelta | None:
        if self.marks.own_idle is not None:
            return self.marks.own_idle[0]
        return None if self.record is None else self.record.idle_timeout

    @property
    def clocks(self) -> Clocks:
        """The policy's clocks for the session as it is with its marks."""
        if self.record is not None and self.marks is NO_MARKS:
            return self.policy.clocks_of(self.record)  # the usual, and quicker
        return self.policy.clocks(
            user=self.user,
            started_at=self.started_at,
            signed_in_at=self.signed_in_at,
        )

    @property
    def presented_digest(self) -> bytes:
        """The digest of the id that the request came with."""
        if self.session_id == self.presented.session_id and self.session_id is not None:
            return self.presented.id_digest
        return ids.digest_of(self.session_id or "")

    @property
    def expires_at(self) -> datetime:
        """When the session ends if it is not used again, marks included."""
        if self.record is not None and not self.marks.touch:
            return self.policy.expires_at(self.record)
        now = self.born_at if self.record is None else self.clock()
        return self.clocks.expires_at(max(now, self.last_seen_at), self.own_idle)

    @property
    def stored_flashes(self) -> Sequence[StoredFlash]:
        """What the record holds of messages, shown by this request or not."""
        return () if self.record is None or self.marks.clear else self.record.flashes

    @property
    def flashes(self) -> list[StoredFlash]:
        """The messages that nobody has seen yet, oldest first."""
        return self.flash_changes.of(self.stored_flashes, self.policy.max_flashes)

    def give_cookie(self) -> None:
        """Have the response set the cookie to the present id, which is stored."""
        self.cookie, self.cookie_id = Cookie.SET, self.session_id or ""

    def add_flash(self, text: str, category: str) -> None:
        self.flash_changes = self.flash_changes.with_one(
            self.flashes, category, text, self.clock()
        )

    def pop_flashes(self) -> list[StoredFlash]:
        popped = self.flashes
        stored = () if self.record is None else self.record.flashes
        self.flash_changes = self.flash_changes.popped(
            stored, being_stored=self.is_being_stored
        )
        return popped

    def settle_flashes(self) -> None:
        """Forget which messages came and went, as far as the record has them stored."""
        stored = () if self.record is None else self.record.flashes
        self.flash_changes = self.flash_changes.left_by(stored)

    def renew(self) -> None:
        if self.record is not None and self.marks.new_id is None:
            self.marks = self.marks._replace(new_id=ids.new_id(self.record.handle))

    def sign_in(self, user: str) -> None:
        if self.user not in (None, user):
            self._forget_data()
        self.renew()
        sign_in = SignIn(user, self.clock(), ids.digest_of(self.current_id))
        self.marks = self.marks._replace(sign_in=sign_in, touch=True)

    def expire_in(self, own_idle: timedelta | None) -> None:
        self.marks = self.marks._replace(own_idle=(own_idle,), touch=True)

    def touch(self) -> None:
        self.marks = self.marks._replace(touch=True)

    def destroy(self) -> None:
        """Doom the record; what is stored from now on begins a new session."""
        if self.record is not None:
            self.doomed = Doomed(self.record, self.session_id)
        self.lives += 1
        self._born_at = None
        self.gone = False
        self.show(None, None)

    def _forget_data(self) -> None:
        """Leave nothing of one user to another."""
        self.values = TrackedValues("{}")
        self.flash_changes = self.flash_changes._replace(added=())
        self.marks = self.marks._replace(clear=True, own_idle=(None,))
