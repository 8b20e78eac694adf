"""Random requests of several browsers, step by step beside the model."""

import asyncio
import copy
import json
from datetime import timedelta

import hypothesis.strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.plugins.effort import counts
from tests.sessions.model import Gone, Model, Visit
from tornado_app.sessions import Session, SessionGoneError, Sessions, ids
from tornado_app.sessions.marks import Cookie

from .clock import Clock
from .gates import ACTOR, GatedStore, Gates
from .race import make_policy
from .requests import commit, presented

SECOND, MINUTE, HOUR = (
    timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours")
)
TICK = timedelta(milliseconds=1)
MOST_AT_ONCE = 3
BROWSERS = ("Ann's", "Bob's")


def policy_of(**fields):
    # The limit of a user's sessions has tests of its own.
    return make_policy(max_sessions_per_user=None, **fields)


POLICIES = {
    "plain": policy_of(absolute_lifetime=5 * HOUR),
    "renewing": policy_of(
        renew_every=10 * MINUTE,
        renewal_grace=30 * SECOND,
        rolling=True,
        signed_in_idle_timeout=HOUR / 2,
        signed_in_lifetime=2 * HOUR,
    ),
    "eager": policy_of(touch_interval=timedelta(0), save_uninitialized=True),
    "resaving": policy_of(resave=True, renewal_grace=2 * MINUTE, max_flashes=2),
}
ANSWERS = {"leave": Cookie.LEAVE, "set": Cookie.SET, "clear": Cookie.CLEAR}

keys = st.sampled_from("abc")
values = st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2)
users = st.sampled_from(["ada", "bob"])
durations = st.sampled_from(
    [SECOND, 45 * SECOND, 3 * MINUTE, 12 * MINUTE, 45 * MINUTE, 3 * HOUR]
)


class Oops(Exception):
    """What a transaction's own function raises."""


def increment(session):
    session["n"] = session.get("n", 0) + 1
    return session["n"]


def look(session):
    return session.get("n")


def fail(session):
    session["n"] = 99
    raise Oops


CHANGES = {"increment": increment, "look": look, "fail": fail}


class Request:
    """One request, in the engine and in the model."""

    def __init__(self, number, browser, sessions):
        self.name, self.browser, self.sessions = f"request {number}", browser, sessions
        self.number = number
        self.draft = self.session = self.visit = None
        self.task = self.foreseen = self.expected = None
        self.is_ending = False

    @property
    def is_idle(self):
        return self.task is None

    def start(self, loop, work, foreseen):
        """Begin *work* in the engine, what is *foreseen* in the model."""

        async def run():
            ACTOR.set(self.name)
            return await work

        self.task, self.foreseen = loop.create_task(run()), foreseen

    def foresee(self):
        """Take the model to where it asks its store or ends; return how it ended."""
        try:
            self.expected = next(self.foreseen)
        except StopIteration as end:
            return ("returned", end.value)
        except (Gone, Oops) as exc:
            return ("raised", NAMES[type(exc)])
        return None

    def outcome(self):
        """How the engine ended what it was about."""
        error = self.task.exception()
        if error is None:
            return ("returned", self.task.result())
        if type(error) not in NAMES:
            raise error
        return ("raised", NAMES[type(error)])


NAMES = {Gone: "gone", SessionGoneError: "gone", Oops: "oops"}


def where(condition):
    """One of the requests of which *condition* is true."""

    def choose(machine):
        return st.sampled_from([name for name, _ in machine.those(condition)])

    return st.runner().flatmap(choose)


def some(condition):
    """Run a rule only if there is a request of which *condition* is true."""
    return precondition(lambda machine: bool(machine.those(condition)))


which_handle = st.runner().flatmap(
    lambda machine: st.integers(0, len(machine.handles) - 1)
)


def is_idle(request):
    return request.is_idle


def is_busy(request):
    return not request.is_idle


class SessionMachine(RuleBasedStateMachine):
    """Does everything twice and compares; a request goes on when a rule says so."""

    # Set by the test: who runs the loop, which store is asked, whether it needs sweeps.
    runner = store = is_forgetful = None

    def __init__(self):
        super().__init__()
        self.clock, self.gates = Clock(), Gates()
        self.gated = GatedStore(self.store, self.gates, holds_answers=False)
        self.gates.are_shut = True
        self.requests = {}
        self.cookies = dict.fromkeys(BROWSERS, (None, None))
        # In the order in which they came: they are random, and what is drawn is not.
        self.handles = []
        self.number = 0
        self.runner.run(self.store.delete_all(now=self.clock()))

    def those(self, condition):
        return [pair for pair in self.requests.items() if condition(pair[1])]

    @initialize(policy=st.sampled_from(sorted(POLICIES)))
    def begin(self, policy):
        self.policy = POLICIES[policy]
        self.model = Model(self.policy, self.clock)
        self.outside = Sessions(self.store, self.policy, clock=self.clock)
        for number, browser in enumerate(BROWSERS, start=1):
            self.request(browser)
            self.set(number, "a", number)
            self.end(number)
            self.go_on_to_the_end(number)

    # A request comes, goes on, ends.

    @precondition(lambda self: len(self.requests) < MOST_AT_ONCE)
    @rule(browser=st.sampled_from([BROWSERS[0], *BROWSERS]))
    def request(self, browser):
        self.number += 1
        sessions = Sessions(self.gated, self.policy, clock=self.clock)
        request = Request(self.number, browser, sessions)
        self.requests[self.number] = request
        text, cookie = self.cookies[browser]
        request.visit = Visit(self.model, cookie)
        work = sessions.lifecycle.load(presented(text))
        self.start(request, work, self.model.load(request.visit))

    @some(is_busy)
    @rule(number=where(is_busy))
    def go_on(self, number):
        request = self.requests[number]
        (waiting,) = self.waiting(request)
        assert waiting.place == request.expected
        self.gates.pass_one(waiting)
        self.settle(request)

    # Rules are drawn with equal chances; this one is what all others wait for.
    @some(is_busy)
    @rule(number=where(is_busy))
    def go_on_again(self, number):
        self.go_on(number)

    @some(is_busy)
    @rule(number=where(is_busy))
    def go_on_to_the_end(self, number):
        request = self.requests[number]
        while not request.is_idle and number in self.requests:
            self.go_on(number)

    @some(is_idle)
    @rule(number=where(is_idle))
    def end(self, number):
        request = self.requests[number]
        request.is_ending = True
        work = commit(request.sessions.lifecycle, request.draft)
        self.start(request, work, self.model.end(request.visit))

    @some(is_idle)
    @rule(number=where(is_idle))
    def fail(self, number):
        self.answer(self.requests[number])

    @some(is_idle)
    @rule(number=where(is_idle))
    def save(self, number):
        request = self.requests[number]
        self.start(request, request.session.save(), self.model.save(request.visit))

    @some(is_idle)
    @rule(number=where(is_idle))
    def reload(self, number):
        request = self.requests[number]
        self.start(request, request.session.reload(), self.model.reload(request.visit))

    @some(is_idle)
    @rule(number=where(is_idle), change=st.sampled_from(sorted(CHANGES)))
    def transaction(self, number, change):
        request, change = self.requests[number], CHANGES[change]
        foreseen = self.model.transaction(request.visit, lambda v: change(v.data))
        self.start(request, request.session.transaction(change), foreseen)

    # What a handler does without waiting.

    @some(is_idle)
    @rule(number=where(is_idle), key=keys, value=values)
    def set(self, number, key, value):
        self.requests[number].session[key] = copy.deepcopy(value)
        self.requests[number].visit.data[key] = copy.deepcopy(value)

    @some(is_idle)
    @rule(number=where(is_idle), key=keys)
    def change_inside(self, number, key):
        request = self.requests[number]
        for mapping in (request.session, request.visit.data):
            if isinstance(mapping.get(key), list):
                mapping[key].append(7)

    @some(is_idle)
    @rule(number=where(is_idle), key=keys)
    def delete(self, number, key):
        request = self.requests[number]
        assert request.session.pop(key, None) == request.visit.data.pop(key, None)

    @some(is_idle)
    @rule(number=where(is_idle))
    def flash(self, number):
        text = f"at {self.clock.now.isoformat(timespec='milliseconds')}"
        self.requests[number].session.flash(text)
        self.requests[number].visit.added.append(text)

    @some(is_idle)
    @rule(number=where(is_idle))
    def pop_flashes(self, number):
        request = self.requests[number]
        popped = [flash.text for flash in request.session.pop_flashes()]
        assert popped == request.visit.pop_flashes()

    @some(is_idle)
    @rule(number=where(is_idle), user=users)
    def sign_in(self, number, user):
        self.requests[number].session.sign_in(user)
        self.requests[number].visit.sign_in(user)

    @some(is_idle)
    @rule(number=where(is_idle), own_idle=st.none() | durations)
    def expire_in(self, number, own_idle):
        self.requests[number].session.expire_in(own_idle)
        self.requests[number].visit.expire_in(own_idle)

    @some(is_idle)
    @rule(number=where(is_idle), mark=st.sampled_from(["touch", "renew", "destroy"]))
    def mark(self, number, mark):
        request = self.requests[number]
        getattr(request.session, mark)()
        getattr(request.visit, mark)()
        self.look_at(request)

    # What happens meanwhile.

    @rule(duration=durations)
    def time_passes(self, duration):
        self.clock.advance(duration)

    @rule()
    def sweep(self):
        swept = 0 if self.is_forgetful else self.model.sweep()
        assert self.runner.run(self.outside.sweep()) == swept

    @precondition(lambda self: self.handles and self.number % 3 == 0)
    @rule(which=which_handle)
    def revoke(self, which):
        handle = self.handles[which]
        revoked = self.runner.run(self.outside.revoke(handle))
        assert revoked == self.model.revoke(handle)

    @precondition(lambda self: self.number % 5 == 1)
    @rule(user=users, browser=st.none() | st.sampled_from(BROWSERS))
    def revoke_user(self, user, browser):
        cookie = self.cookies[browser][1] if browser else None
        keep = cookie and cookie[0]
        count = self.runner.run(self.outside.revoke_user(user, keep=keep))
        assert count == self.model.revoke_user(user, keep)

    @precondition(lambda self: self.number % 7 == 6)
    @rule()
    def revoke_all(self):
        count = len(self.model.all_live())
        assert self.runner.run(self.outside.revoke_all()) == count
        self.model.sessions.clear()

    # What must be so at every step.

    @invariant()
    def the_store_holds_what_the_model_holds(self):
        counts["steps of the model"] += 1
        self.clock.advance(TICK)
        now = self.clock()
        found = self.runner.run(self.store.find(self.handles, now=now))
        live = {kept.handle: kept for kept in self.model.all_live()}
        assert found.keys() == live.keys()
        for handle, record in found.items():
            self.compare(record, live[handle])
        for text, cookie in self.cookies.values():
            if text is not None and cookie[0] in found:
                opens = found[cookie[0]].opens_with(ids.digest_of(text), now)
                assert opens == live[cookie[0]].opens_with(cookie[1], now)

    def compare(self, record, kept):
        assert json.loads(record.data) == kept.data
        assert [flash.text for flash in record.flashes] == kept.flashes
        assert (record.user, record.signed_in_at) == (kept.user, kept.signed_in_at)
        assert record.idle_timeout == kept.own_idle
        assert record.started_at == kept.started_at
        assert record.last_seen_at == kept.last_seen_at
        assert record.expires_at == kept.expires_at

    def start(self, request, work, foreseen):
        request.start(self.runner.get_loop(), work, foreseen)
        self.settle(request)

    def waiting(self, request):
        return [one for one in self.gates.waiting if one.actor == request.name]

    def settle(self, request):
        """Let a request run to where it asks the store or ends; compare."""
        self.runner.run(self.gates.settle())
        foreseen = request.foresee()
        if foreseen is None:
            places = [waiting.place for waiting in self.waiting(request)]
            assert places == [request.expected]
            return
        assert request.task.done(), f"{self.waiting(request)} was not foreseen"
        outcome, request.task = request.outcome(), None
        if request.session is None:
            request.draft = outcome[1]
            request.session = Session(request.sessions.lifecycle, request.draft)
        else:
            assert outcome == foreseen
        if request.is_ending:
            self.answer(request)
        else:
            self.look_at(request)

    def look_at(self, request):
        session, visit = request.session, request.visit
        visit.handle = session.handle
        if session.handle not in self.handles:
            self.handles.append(session.handle)
        assert dict(session) == visit.data
        assert (session.user, session.signed_in_at) == (visit.user, visit.signed_in_at)
        assert session.is_new == (visit.seen is None)
        if visit.seen is None:
            assert session.started_at == visit.born_at
        elif not visit.touched:
            assert session.expires_at == visit.seen.expires_at

    def answer(self, request):
        """The response reaches the browser."""
        draft, visit = request.draft, request.visit
        assert draft.cookie is ANSWERS[visit.answer]
        if visit.answer == "set":
            self.cookies[request.browser] = (draft.cookie_id, visit.answered)
        elif visit.answer == "clear":
            self.cookies[request.browser] = (None, None)
        del self.requests[request.number]

    def teardown(self):
        tasks = [request.task for request in self.requests.values() if request.task]
        self.gates.are_shut = False
        for waiting in list(self.gates.waiting):
            self.gates.pass_one(waiting)
        self.runner.run(finish(tasks))


async def finish(tasks):
    """What is under way still ends; how is of no interest any more."""
    await asyncio.gather(*tasks, return_exceptions=True)
