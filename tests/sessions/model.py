"""What the engine promises, once more, as plain as it can be said.

No store, no cookie, no await: where the engine asks its store, the model yields what
it expects to be asked, ``"find"`` or ``"apply"``, and goes on when the store answers.
"""

import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any


class Gone(Exception):
    """The session ended, or somebody signed in to it, since it was loaded."""


class Conflict(Exception):
    """Somebody came between a transaction's look and its commit."""


@dataclass
class Kept:
    """A session as it is stored."""

    handle: str
    id: object
    started_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    renewed_at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    flashes: list[str] = field(default_factory=list)
    user: str | None = None
    signed_in_at: datetime | None = None
    own_idle: timedelta | None = None
    old_id: object = None
    old_until: datetime | None = None
    sign_ins: int = 0
    changes: int = 0

    def opens_with(self, id, now):
        if id is self.id:
            return True
        return id is self.old_id and self.old_until is not None and now < self.old_until


@dataclass
class Wish:
    """What one commit is to do."""

    now: datetime
    seen: Kept | None
    came_with: object
    values: dict[str, Any]
    forgotten: set[str]
    flashes: list[str]
    popped: set[str]
    clear: bool = False
    touch: bool = False
    new_id: object = None
    sign_in: tuple[str, datetime] | None = None
    own_idle: tuple[timedelta | None] | None = None


class Visit:
    """One request's view of its session."""

    def __init__(self, model, cookie):
        self.model, self.cookie = model, cookie
        self.answer = "leave"
        self.gone, self.doomed, self.lives = False, None, 0
        self.born_at = model.clock()
        self.show(None, None)

    def show(self, seen, id):
        self.seen, self.id, self.fresh = seen, id, True
        self.data = copy.deepcopy(seen.data) if seen else {}
        self.stored = copy.deepcopy(self.data)
        self.added, self.popped = [], set()
        self.clear = self.touched = False
        self.new_id = self.signed_in = self.own_idle = None

    @property
    def user(self):
        if self.signed_in is not None:
            return self.signed_in[0]
        return self.seen.user if self.seen else None

    @property
    def signed_in_at(self):
        if self.signed_in is not None:
            return self.signed_in[1]
        return self.seen.signed_in_at if self.seen else None

    def pop_flashes(self):
        old = self.seen.flashes if self.seen else []
        shown = [] if self.clear else [one for one in old if one not in self.popped]
        popped = [*shown, *self.added][-self.model.policy.max_flashes :]
        self.popped |= set(old)
        self.added = []
        return popped

    def renew(self):
        if self.seen is not None and self.new_id is None:
            self.new_id = object()

    def sign_in(self, user):
        if self.user not in (None, user):
            self.data, self.stored, self.added = {}, {}, []
            self.clear, self.own_idle = True, (None,)
        self.renew()
        self.signed_in, self.touched = (user, self.model.clock()), True

    def touch(self):
        self.touched = True

    def expire_in(self, own_idle):
        self.own_idle, self.touched = (own_idle,), True

    def destroy(self):
        if self.seen is not None:
            self.doomed = (self.seen, self.id)
        self.lives += 1
        self.gone = False
        self.born_at = self.model.clock()
        self.show(None, None)

    def wish(self):
        """What a commit at this instant would do; None: nothing."""
        keys = self.data.keys() | self.stored.keys()
        changed = {k for k in keys if self.data.get(k) != self.stored.get(k)}
        wish = Wish(
            now=self.model.clock(),
            seen=self.seen,
            came_with=self.id,
            values={k: self.data[k] for k in changed if k in self.data},
            forgotten={k for k in changed if k not in self.data},
            flashes=list(self.added),
            popped=set(self.popped),
            clear=self.clear,
            touch=self.touched,
            new_id=self.new_id,
            sign_in=self.signed_in,
            own_idle=self.own_idle,
        )
        if self.seen is None:
            return wish if self._is_worth_keeping() else None
        return None if self.gone else self.model.with_what_is_due(wish)

    def give_cookie(self):
        self.answer, self.answered = "set", (self.seen.handle, self.id)

    def settle(self, wish):
        """Take *wish* as stored."""
        self.stored = copy.deepcopy(self.data)
        self.added, self.popped = [], set()
        self.clear = self.touched = self.fresh = False
        self.new_id = self.signed_in = self.own_idle = None

    def _is_worth_keeping(self):
        always = self.model.policy.save_uninitialized and not self.lives
        return bool(always or self.signed_in or self.added or self.data)


class Model:
    """All sessions under one policy."""

    def __init__(self, policy, clock):
        self.policy, self.clock = policy, clock
        self.sessions = {}

    def live(self, handle):
        kept = self.sessions.get(handle)
        return kept if kept is not None and kept.expires_at > self.clock() else None

    def all_live(self):
        return [kept for kept in self.sessions.values() if self.live(kept.handle)]

    def load(self, visit):
        """The session that the cookie opens, and nothing else."""
        if visit.cookie is None:
            return
        handle, id = visit.cookie
        yield "find"
        kept = self.live(handle)
        visit.born_at = self.clock()
        if kept is not None and kept.opens_with(id, self.clock()):
            visit.show(copy.deepcopy(kept), id)

    def end(self, visit):
        """A request ends well: what is gone drops its changes in silence."""
        if visit.doomed is None and visit.wish() is None:
            return
        try:
            yield from self.commit(visit)
        except Gone:
            return

    def commit(self, visit, seen=None):
        """All that was asked for, or nothing; only if still as *seen*."""
        if visit.gone:
            raise Gone
        wish = visit.wish()
        if visit.doomed is not None:
            yield "apply"
            self.sessions.pop(visit.doomed[0].handle, None)
            visit.doomed, visit.answer = None, "clear"
        if wish is None:
            return False
        yield "apply"
        if wish.seen is None:
            self._create(visit, wish)
        else:
            self._change(visit, wish, seen)
        visit.settle(wish)
        return True

    def save(self, visit):
        if not (yield from self.commit(visit)) and visit.seen is not None:
            yield from self._look(visit)

    def reload(self, visit):
        """Forget what was not stored, a destroy too."""
        if visit.gone:
            raise Gone
        if visit.doomed is not None:
            visit.show(*visit.doomed)
            visit.doomed = None
        kept = None
        if visit.seen is not None:
            kept = yield from self._look(visit)
        visit.show(kept, visit.id)

    def transaction(self, visit, change):
        """*change* happens on what is stored at that moment, or not at all."""
        yield from self.commit(visit)
        while True:
            if visit.seen is not None and not visit.fresh:
                visit.show((yield from self._look(visit)), visit.id)
            seen, id = visit.seen, visit.id
            try:
                result = change(visit)
                if not (yield from self.commit(visit, seen)):
                    yield from self._confirm(visit, seen)
            except Conflict:
                visit.show(seen, id)
                visit.fresh = False
            except BaseException:
                visit.doomed = None
                visit.show(seen, id)
                raise
            else:
                return result

    def revoke(self, handle):
        if self.live(handle) is None:
            return False
        del self.sessions[handle]
        return True

    def revoke_user(self, user, keep):
        theirs = [
            kept
            for kept in self.sessions.values()
            if kept.user == user and kept.handle != keep
        ]
        count = sum(self.live(kept.handle) is not None for kept in theirs)
        for kept in theirs:
            del self.sessions[kept.handle]
        return count

    def sweep(self):
        expired = [handle for handle in self.sessions if not self.live(handle)]
        for handle in expired:
            del self.sessions[handle]
        return len(expired)

    def with_what_is_due(self, wish):
        """Add what the clock asks for; None if there is nothing at all to do."""
        seen, policy = wish.seen, self.policy
        if self._use_is_due(seen, wish.now):
            wish.touch = True
        renewal_is_due = (
            policy.renew_every is not None
            and wish.now - seen.renewed_at >= policy.renew_every
            and wish.came_with is seen.id
        )
        if renewal_is_due and wish.new_id is None:
            wish.new_id = object()
        something = (
            wish.values or wish.forgotten or wish.flashes or wish.popped or wish.clear
        )
        marks = wish.touch or wish.new_id or wish.sign_in or wish.own_idle
        return wish if something or marks else None

    def _use_is_due(self, seen, now):
        interval = self.policy.touch_interval
        if self.policy.resave or not interval:
            return True
        if seen.own_idle is not None:
            interval = min(interval, seen.own_idle / 10)
        return now - seen.last_seen_at >= interval

    def _look(self, visit):
        yield "find"
        kept = self.live(visit.seen.handle)
        if kept is None or kept.sign_ins != visit.seen.sign_ins:
            visit.gone = True
            raise Gone
        return copy.deepcopy(kept)

    def _confirm(self, visit, seen):
        """What was only looked at must still be so."""
        if seen is None or visit.seen is not seen:
            return
        kept = yield from self._look(visit)
        if kept.changes != seen.changes:
            raise Conflict

    def _create(self, visit, wish):
        kept = Kept(
            handle=visit.handle,
            id=object(),
            started_at=visit.born_at,
            last_seen_at=visit.born_at,
            expires_at=visit.born_at,
            renewed_at=visit.born_at,
            data=copy.deepcopy(wish.values),
            flashes=wish.flashes[-self.policy.max_flashes :],
        )
        if wish.sign_in is not None:
            kept.user, kept.signed_in_at = wish.sign_in
        if wish.own_idle is not None:
            kept.own_idle = wish.own_idle[0]
        kept.expires_at = self._expiry(kept)
        self.sessions[kept.handle] = kept
        visit.seen, visit.id = copy.deepcopy(kept), kept.id
        visit.give_cookie()

    def _change(self, visit, wish, seen):
        kept = self.sessions.get(wish.seen.handle)
        if kept is None or kept.expires_at <= wish.now:
            visit.gone = True
            raise Gone
        if kept.sign_ins != wish.seen.sign_ins:
            visit.gone = True
            raise Gone
        if seen is not None and kept.changes != seen.changes:
            raise Conflict

        is_late = kept.id is not wish.came_with and wish.sign_in is None
        kept.changes += 1
        for session in (kept, visit.seen):
            self._write(session, wish)
            self._mark(session, wish, is_late=is_late)
        if wish.new_id is not None and not is_late:
            visit.id = wish.new_id
            visit.give_cookie()
        elif wish.touch and self.policy.rolling and not is_late:
            visit.give_cookie()

    def _write(self, session, wish):
        if wish.clear:
            session.data, session.flashes = {}, []
        session.data.update(copy.deepcopy(wish.values))
        for key in wish.forgotten:
            session.data.pop(key, None)
        flashes = [one for one in session.flashes if one not in wish.popped]
        # Their texts sort by age.
        flashes = sorted([*flashes, *wish.flashes])
        session.flashes = flashes[-self.policy.max_flashes :]

    def _mark(self, session, wish, *, is_late):
        if wish.sign_in is not None:
            session.user, session.signed_in_at = wish.sign_in
            session.id, session.renewed_at = wish.new_id, session.signed_in_at
            session.old_id = session.old_until = None
            session.sign_ins += 1
        elif wish.new_id is not None and not is_late:
            grace = self.policy.renewal_grace
            session.old_id = session.id
            session.old_until = wish.now + grace if grace else None
            session.id, session.renewed_at = wish.new_id, wish.now
        if wish.own_idle is not None:
            session.own_idle = wish.own_idle[0]
        if wish.touch:
            session.last_seen_at = max(session.last_seen_at, wish.now)
        if wish.touch or wish.own_idle is not None:
            session.expires_at = self._expiry(session)

    def _expiry(self, session):
        idle_timeout, lifetime = self.policy.idle_timeout, self.policy.absolute_lifetime
        start = session.started_at
        if session.user is not None:
            idle_timeout = self.policy.signed_in_idle_timeout or idle_timeout
            lifetime = self.policy.signed_in_lifetime or lifetime
            start = session.signed_in_at
        if session.own_idle is not None:
            idle_timeout = session.own_idle
        ends = [session.last_seen_at + idle_timeout]
        return min(ends if lifetime is None else [*ends, start + lifetime])
