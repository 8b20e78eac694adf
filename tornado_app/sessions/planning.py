"""What a draft asks of the store, with what it knows once that is done."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from . import ids
from .draft import Draft
from .errors import SessionTooLargeError
from .flashes import NO_FLASH_CHANGES
from .marks import NO_MARKS, Marks
from .merging import size_bytes, with_marks
from .policy import LONGEST_COOKIE
from .record import PAST, Create, Outcome, Renewal, SessionRecord, Update, Whole
from .tracking import TrackedValues

# Bytes for a character: UTF-8 takes 4, JSON 6 for a control character in a key and two
# more marks than a key and a text have; 1e15 in another's hand is 18 in ours.
_MOST_GROWTH = 16

_FATES: dict[type, str] = {Create: "created", Update: "changed"}


@dataclass(slots=True)
class Plan:
    """One change, with the part of the draft that it makes durable."""

    change: Create | Update
    values: dict[str, str | None]
    marks: Marks
    life: int
    """Which of the draft's lives it is about."""
    session_id: str | None
    tracked: TrackedValues
    settled: int
    """With `tracked`: the state of the draft when this was made."""

    def is_good(self, draft: Draft) -> bool:
        """Whether *draft* neither began anew since nor had anything of it stored."""
        return self.tracked is draft.values and self.settled == draft.settled

    @property
    def wants_cookie(self) -> bool:
        """Whether the change is worth nothing unless the browser hears of it."""
        if isinstance(self.change, Create):
            return True
        return self.change.renewal is not None or self.change.sign_in is not None

    @property
    def only_notes_use(self) -> bool:
        """Whether it is a touch that was due, and nothing that a handler asked for."""
        change = self.change
        if isinstance(change, Create) or self.values or self.marks != NO_MARKS:
            return False
        return not (change.add_flashes or change.drop_flashes)


def make_plan(draft: Draft) -> Plan | None:
    """Return what makes *draft* durable; None: there is nothing to do.

    Raises:
        TypeError, ValueError: A value was changed in place to what JSON cannot hold.
        SessionTooLargeError: A new session holds too much.
    """
    if draft.record is None:
        return _creation(draft) if _is_worth_keeping(draft) else None
    return None if draft.gone else _update(draft, draft.record)


def settle(draft: Draft, plan: Plan, outcome: Outcome) -> None:
    """Note in *draft* that *plan* is stored, and what the browser is to be told."""
    change = plan.change
    if isinstance(change, Create):
        draft.record = change.record
        draft.give_cookie()
    elif draft.record is not None and (change.whole is None or change.touch):
        superseded = outcome is Outcome.SUPERSEDED
        draft.record = _settled(draft.record, change, superseded=superseded)
        if not superseded:
            _choose_cookie(draft, plan, change)
    draft.fate = _FATES[type(change)] if outcome is Outcome.APPLIED else outcome.value
    draft.values.settle(plan.values)
    if draft.flash_changes is not NO_FLASH_CHANGES:
        draft.settle_flashes()
    if plan.marks is not NO_MARKS:
        draft.marks = draft.marks.without(plan.marks)
    # What others stored meanwhile is not known; a transaction begins with a reload.
    draft.fresh = False
    draft.quiet_until = PAST  # it was about the record before
    draft.settled += 1


def _is_worth_keeping(draft: Draft) -> bool:
    if draft.policy.save_uninitialized and not draft.lives:
        return True
    if draft.marks.sign_in is not None:
        return True
    return bool(draft.flash_changes.added) or bool(draft.values)


def _creation(draft: Draft) -> Plan:
    values = draft.values.changes()
    data = draft.values.as_object(values)
    flashes = tuple(draft.flashes) if draft.flash_changes.added else ()
    limit_bytes = draft.policy.max_session_bytes
    if size_bytes(data, flashes) > limit_bytes:
        raise SessionTooLargeError(limit_bytes)
    session_id, now, own_idle = draft.current_id, draft.born_at, draft.own_idle
    user, signed_in_at = draft.user, draft.signed_in_at
    clocks = draft.policy.clocks(user=user, started_at=now, signed_in_at=signed_in_at)
    record = SessionRecord(
        ids.handle_of(session_id),
        ids.digest_of(session_id),
        now,
        now,
        clocks.expires_at(now, own_idle),
        now,
        data,
        flashes,
        user,
        signed_in_at,
        own_idle,
    )
    return _plan(draft, Create(record), values)


def _update(draft: Draft, record: SessionRecord) -> Plan | None:
    policy, now, renewal = draft.policy, draft.clock(), None
    if draft.marks is not NO_MARKS or policy.renew_every is not None:
        renewal = _renewal(draft, record, now)
    values, marks, flashes = draft.values.changes(), draft.marks, draft.flash_changes
    touch = marks.touch or (
        now >= draft.quiet_until and policy.touch_is_due(record, now)
    )
    asks_for_more = (
        renewal
        or (flashes is not NO_FLASH_CHANGES and any(flashes))
        or (marks is not NO_MARKS and marks.asks_for_more)
    )
    if not (values or touch or asks_for_more):
        return None
    whole = None
    if draft.fresh and not asks_for_more:
        whole = _whole(draft, record, values, now if touch else None)
    # By position: this runs for every change, and names are dear.
    update = Update(
        record.handle,
        now,
        draft.presented_digest,
        record.generation,
        draft.clocks,
        policy.max_session_bytes,
        policy.max_flashes,
        None,
        values,
        whole,
        marks.clear,
        flashes.added,
        flashes.dropped,
        touch,
        marks.own_idle,
        renewal,
        marks.sign_in,
    )
    return _plan(draft, update, values)


def _plan(draft: Draft, change: Create | Update, values: dict[str, str | None]) -> Plan:
    return Plan(
        change,
        values,
        draft.marks,
        draft.lives,
        draft.session_id,
        draft.values,
        draft.settled,
    )


def _whole(
    draft: Draft,
    record: SessionRecord,
    values: dict[str, str | None],
    used_at: datetime | None,
) -> Whole | None:
    seen_at = ends_at = None
    if used_at is not None:
        seen_at = max(record.last_seen_at, used_at)
        ends_at = draft.clocks.expires_at(seen_at, record.idle_timeout)
    data = draft.values.object_later(values) if values else record.data
    whole = Whole(record.version, data, seen_at, ends_at, record)
    limit_bytes = draft.policy.max_session_bytes
    if _surely_fits(record, values, limit_bytes):
        return whole
    return whole if size_bytes(whole.data, record.flashes) <= limit_bytes else None


def _surely_fits(
    record: SessionRecord, values: dict[str, str | None], limit_bytes: int
) -> bool:
    """Whether no look at the text is needed to tell that it is within the limit."""
    if record.flashes:
        return False
    length = len(record.data)
    for key, text in values.items():
        length += len(key) + len(text or "")
    return length * _MOST_GROWTH <= limit_bytes


def _renewal(draft: Draft, record: SessionRecord, now: datetime) -> Renewal | None:
    """A new id, if one is marked, or due by the clock and of use."""
    if draft.marks.sign_in is not None:
        return None
    if draft.marks.new_id is None:
        if not draft.policy.renewal_is_due(record, now):
            return None
        # Of no use where no cookie can be sent, nor to who has the old id still.
        if draft.cookieless or draft.presented_digest != record.id_digest:
            return None
        draft.renew()
    grace = draft.policy.renewal_grace
    return Renewal(draft.id_digest, now + grace if grace else None)


def _settled(
    record: SessionRecord, update: Update, *, superseded: bool
) -> SessionRecord:
    stored = () if update.clear else record.flashes
    kept = [flash for flash in stored if flash.id not in update.drop_flashes]
    flashes = (*kept, *update.add_flashes)
    return with_marks(record._replace(flashes=flashes), update, superseded=superseded)


def _choose_cookie(draft: Draft, plan: Plan, update: Update) -> None:
    if plan.wants_cookie:
        draft.session_id = plan.marks.new_id
        draft.give_cookie()
    elif update.touch and (draft.policy.rolling or _cookie_ends_first(draft)):
        draft.give_cookie()


def _cookie_ends_first(draft: Draft) -> bool:
    """Tell whether a persistent cookie is so old that it may end before its session."""
    if not draft.policy.cookie_persistent or not draft.presented.signed_at_s:
        return False
    # The browser's clock and the signature's, not the policy's.
    age = timedelta(seconds=time.time() - draft.presented.signed_at_s)
    ends_at = draft.clocks.ends_at
    left = LONGEST_COOKIE - age
    return left < LONGEST_COOKIE / 2 and (
        ends_at is None or ends_at > draft.clock() + left
    )
