"""What a store keeps of a session, with the changes that it can be asked to make."""

import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import NamedTuple

PAST = datetime.min.replace(tzinfo=UTC)
"""Before whatever a clock can say."""


class StoredFlash(NamedTuple):
    """One message for the next page; ids sort by age, oldest first."""

    id: str
    category: str
    text: str


class SessionRecord(NamedTuple):
    """One session as a store keeps it, filed under its handle."""

    handle: str
    """The public half of the session id: 16 base64url characters."""
    id_digest: bytes
    """SHA-256 (32 bytes) of the session id that opens this record."""
    started_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    """The record is expired when ``expires_at <= now``."""
    renewed_at: datetime
    """When the present id was given out."""
    data: str = "{}"
    """The text of one JSON object: what the handler sees as the mapping."""
    flashes: tuple[StoredFlash, ...] = ()
    user: str | None = None
    signed_in_at: datetime | None = None
    idle_timeout: timedelta | None = None
    """This session's own idle timeout; None: the policy's."""
    previous_digest: bytes | None = None
    """The digest of the id before, honoured until ``previous_until``."""
    previous_until: datetime | None = None
    generation: int = 0
    """Raised by each sign-in; a change from an older one is refused."""
    version: int = 0
    """Raised by each change; a transaction is refused when it is no longer the same."""

    def is_live(self, now: datetime) -> bool:
        """Tell whether the session has not expired at *now*."""
        return self.expires_at > now

    def opens_with(self, id_digest: bytes, now: datetime) -> bool:
        """Tell, in constant time, whether *id_digest* opens this record at *now*."""
        if hmac.compare_digest(self.id_digest, id_digest):
            return True
        if self.previous_digest is None or self.previous_until is None:
            return False
        same = hmac.compare_digest(self.previous_digest, id_digest)
        return same and now < self.previous_until


class Clocks(NamedTuple):
    """What a policy says of one session's two clocks."""

    idle_timeout: timedelta
    ends_at: datetime | None

    def expires_at(self, last_seen_at: datetime, own: timedelta | None) -> datetime:
        """The earlier of the end and idle expiry, by the *own* timeout or ours."""
        idle_at = last_seen_at + (self.idle_timeout if own is None else own)
        ends_at = self.ends_at
        return idle_at if ends_at is None or idle_at < ends_at else ends_at


class Renewal(NamedTuple):
    """A new id, given only to the record that still has the old one."""

    id_digest: bytes
    grace_until: datetime | None
    """How long the old id is still honoured; None: it is dead at once."""


class SignIn(NamedTuple):
    """Somebody's name on the session, under a new id; the old one is dead at once."""

    user: str
    at: datetime
    id_digest: bytes


class Create(NamedTuple):
    """Keep a new record; nothing is overwritten."""

    record: SessionRecord

    @property
    def handle(self) -> str:
        """The record's."""
        return self.record.handle


class Whole:
    """What a record becomes if it is still the one that was loaded."""

    __slots__ = ("_data", "expires_at", "last_seen_at", "loaded", "version")

    def __init__(
        self,
        version: int,
        data: str | Callable[[], str],
        last_seen_at: datetime | None = None,
        expires_at: datetime | None = None,
        loaded: SessionRecord | None = None,
    ) -> None:
        self.version = version
        """The one that was loaded."""
        self._data = data
        self.last_seen_at = last_seen_at
        """With a touch; None: it stays, as does ``expires_at``."""
        self.expires_at = expires_at
        """With a touch, and only then."""
        self.loaded = loaded
        """The record of that version, the very object that `find` gave out."""

    @property
    def data(self) -> str:
        """All data; may be put together when it is first looked at.

        A store that sends the values alone looks when the call is under way; one that
        writes in a thread of its own looks before that.
        """
        if not isinstance(self._data, str):
            self._data = self._data()
        return self._data


class Update(NamedTuple):
    """All that one commit changes of one record, made entirely or not at all.

    Whoever asks states what was true when the session was loaded (``id_digest``,
    ``generation``, for a transaction ``version``) and when it is (``now``).
    """

    handle: str
    now: datetime
    id_digest: bytes
    """The id that the request came with."""
    generation: int
    clocks: Clocks
    """The policy's clocks for the session as it is after this change."""
    max_bytes: int
    max_flashes: int
    version: int | None = None
    """For a transaction: the version that it saw."""
    values: Mapping[str, str | None] = {}
    """The keys that changed: JSON text, or None for a key that was deleted."""
    whole: Whole | None = None
    """Where nothing but ``values`` and the last use changes: the result, if nobody came
    between. A store may write it, where the version, the id digest and the generation
    are still the same, and need not merge; or it may leave it alone."""
    clear: bool = False
    """Forget all data and flashes first: another user signs in."""
    add_flashes: tuple[StoredFlash, ...] = ()
    drop_flashes: frozenset[str] = frozenset()
    touch: bool = False
    """Note the use: ``last_seen_at`` becomes ``now``, never earlier than it was."""
    own_idle: tuple[timedelta | None] | None = None
    """In a tuple: the session's own idle timeout, or None for the policy's again."""
    renewal: Renewal | None = None
    sign_in: SignIn | None = None


class Delete(NamedTuple):
    """Forget a record."""

    handle: str
    generation: int | None = None
    """Only if nobody signed in since; None: whatever happened."""


Change = Create | Update | Delete


class Outcome(Enum):
    """What became of one change."""

    APPLIED = "applied"
    SUPERSEDED = "superseded"
    """Applied, but the id had been renewed meanwhile: no renewal, send no cookie."""
    GONE = "gone"
    """There is no such record any more, or a sign-in came between."""
    TAKEN = "taken"
    """The new record's handle exists."""
    CONFLICT = "conflict"
    """Another change came between; the transaction wants fresh data."""
    TOO_LARGE = "too large"


STORED = (Outcome.APPLIED, Outcome.SUPERSEDED)
"""The outcomes of a change that is stored."""
