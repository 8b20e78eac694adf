"""What must be so after two requests met, whoever came first."""

from tornado_app.sessions import ids
from tornado_app.sessions.marks import Cookie
from tornado_app.sessions.record import Delete, Outcome, Update

from .requests import cookie_after


class Verdict:
    """The promises, each as a method that fails where it was broken."""

    def __init__(self, race, replies, deed, record):
        self.race, self.deed, self.record = race, deed, record
        self.steps = race.steps()
        # In the order in which they reach the browser.
        self.replies = [reply for reply in race.replies if reply.found]
        self.reply = replies["request"]

    @classmethod
    async def on(cls, race, replies, deed):
        verdict = cls(race, replies, deed, await race.stored())
        verdict.dead_stays_dead()
        verdict.expired_stays_expired()
        verdict.every_drop_has_its_reason()
        verdict.nothing_is_lost()
        verdict.cookies_are_right()
        verdict.nobody_is_signed_out()

    def dead_stays_dead(self):
        end = next((i for i, step in enumerate(self.steps) if ends(step)), None)
        if end is None:
            return
        assert self.record is None
        assert all(outcome is Outcome.GONE for _, _, outcome in self.steps[end + 1 :])

    def expired_stays_expired(self):
        changes = [
            change
            for _, change, outcome in self.steps
            if isinstance(change, Update) and outcome is not Outcome.GONE
        ]
        end = self.race.expires_at
        used_in_time = any(change.touch for change in changes if change.now < end)
        assert used_in_time or all(change.now < end for change in changes)

    def every_drop_has_its_reason(self):
        for i, (_, change, outcome) in enumerate(self.steps):
            if outcome is Outcome.GONE and isinstance(change, Update):
                before = self.steps[:i]
                assert any(map(ends, before)) or self.is_late(change, before)

    def is_late(self, change, before):
        """Whether the session was over, or somebody else's, when *change* came."""
        signed_in = sum(signs_in(step) for step in before)
        return change.generation < signed_in or change.now >= self.race.expires_at

    def nothing_is_lost(self):
        if self.reply.found and self.record and not was_dropped(self.reply):
            assert self.deed.shows(self.record)
        if not self.reply.found:
            assert self.reply.handle != self.race.handle
        if self.record:
            assert "kept" in self.record.data

    def cookies_are_right(self):
        for reply in self.replies:
            if was_dropped(reply):
                assert reply.cookie is Cookie.LEAVE
        given = [one for one in self.replies if one.cookie is Cookie.SET]
        assert len(given) == sum(map(gives_an_id, self.steps))

    def nobody_is_signed_out(self):
        if self.record is None or len(self.replies) < 2:
            return
        session_id = self.race.session_id
        for reply in self.replies:
            session_id = cookie_after(session_id, reply)
        assert self.record.opens_with(ids.digest_of(session_id), self.race.clock())


def was_dropped(reply):
    return reply.dropped or reply.error is not None


def ends(step):
    _, change, outcome = step
    return isinstance(change, Delete) and outcome is Outcome.APPLIED


def signs_in(step):
    _, change, outcome = step
    return (
        isinstance(change, Update)
        and change.sign_in is not None
        and outcome is Outcome.APPLIED
    )


def gives_an_id(step):
    _, change, outcome = step
    if not isinstance(change, Update) or outcome is not Outcome.APPLIED:
        return False
    return change.renewal is not None or change.sign_in is not None
