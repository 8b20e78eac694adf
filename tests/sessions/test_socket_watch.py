"""When the store is asked about open WebSockets, and when it need not be."""

import asyncio
from datetime import timedelta

import pytest

from tests.sessions.http.site import until
from tornado_app.sessions import StoreUnavailableError, socket_watch
from tornado_app.sessions.socket_watch import Live, SocketWatch
from tornado_app.sessions.sockets import Sockets
from tornado_app.sessions.testing import FakeClock

SECOND = timedelta(seconds=1)
LATER = timedelta(days=14)


class FakeSocket:
    """Notes that it was closed."""

    def __init__(self):
        self.closed = asyncio.Event()

    def close_for_good(self):
        self.closed.set()


class FakeHints:
    """Says what a test says; fails when it is told to."""

    def __init__(self):
        self.times = 0
        self.listens = asyncio.Event()
        self.down = False

    async def listen(self, hear):
        self.times += 1
        if self.down:
            raise StoreUnavailableError("fake", "listen")
        self.say = hear
        self.lost = asyncio.get_running_loop().create_future()
        self.listens.set()
        try:
            await self.lost
        finally:
            self.listens.clear()


class World:
    """Sessions that live in a dictionary, with open sockets and their watch."""

    def __init__(self, hints):
        self.clock = FakeClock()
        self.live = {}
        self.asked = []
        self.error = None
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.sockets = Sockets()
        self.watch = SocketWatch(
            self.sockets, self.find_live, clock=self.clock, hints=hints
        )

    def opens(self, handle, *, generation=0):
        socket = FakeSocket()
        self.live.setdefault(handle, Live(generation, self.clock.now + LATER))
        self.sockets.add(handle, socket, generation=generation)
        return socket

    async def find_live(self, handles):
        self.asked.append(sorted(handles))
        found = {each: self.live[each] for each in handles if each in self.live}
        await self.may_answer.wait()
        if self.error:
            raise self.error
        return found

    async def asks(self, checks=1):
        """What is asked during so many checks."""
        self.asked.clear()
        for _ in range(checks):
            await self.watch.check()
        return self.asked


@pytest.fixture
def hints():
    return FakeHints()


@pytest.fixture
def world(hints):
    return World(hints)


@pytest.fixture
def patient(monkeypatch):
    """Let nobody look by the clock: tests do it."""
    monkeypatch.setattr(socket_watch, "_POLL_INTERVAL_S", 3600)
    monkeypatch.setattr(socket_watch, "_FIRST_PAUSE_S", 0)


@pytest.fixture
async def running(world, patient):
    """The watch runs until the test is over."""
    task = asyncio.create_task(world.watch.run())
    yield
    task.cancel()
    await asyncio.wait([task])


@pytest.fixture
async def hearing(world, hints, running):
    """It listens, and has looked at what is open."""
    first = world.opens("first")
    await hints.listens.wait()
    hints.say(None)
    await world.watch.check()
    return first


async def test_without_hints_each_check_asks_about_every_session():
    world = World(None)
    world.opens("a")
    world.opens("b")

    assert await world.asks(checks=3) == [["a", "b"]] * 3


async def test_with_hints_nothing_is_asked_while_nothing_happens(world, hearing):
    for number in range(100):
        world.opens(f"{number:02}")

    assert [len(each) for each in await world.asks(checks=50)] == [100]


async def test_what_is_hinted_at_is_looked_at_at_once(world, hints, hearing):
    world.opens("other")
    await world.watch.check()
    world.asked.clear()
    del world.live["first"]

    hints.say(["unknown", "first"])
    await hearing.closed.wait()

    assert world.asked == [["first"]]


async def test_what_is_hinted_at_together_is_asked_together(world, hints, hearing):
    sockets = [world.opens(name) for name in "abc"]
    world.live.clear()
    world.asked.clear()

    hints.say(["a"])
    hints.say(["b", "c"])
    await asyncio.gather(*(socket.closed.wait() for socket in sockets))

    assert world.asked == [["a", "b", "c"]]


async def test_a_hint_closes_nothing_that_lives(world, hints, hearing):
    hints.say(["first"])

    assert await world.asks() == [["first"]]
    assert not hearing.closed.is_set()


async def test_a_hint_at_a_sign_in_closes_what_is_older(world, hints, hearing):
    younger = world.opens("first", generation=1)
    world.live["first"] = Live(1, world.clock.now + LATER)

    hints.say(["first"])
    await hearing.closed.wait()

    assert not younger.closed.is_set()


async def test_hints_at_sessions_without_sockets_ask_nothing(world, hints, hearing):
    hints.say(["unknown"])

    assert await world.asks() == []


async def test_a_hint_that_comes_during_a_look_leads_to_another(world, hints, hearing):
    world.asked.clear()
    world.may_answer.clear()
    hints.say(["first"])
    await until(lambda: world.asked)
    del world.live["first"]  # what was read before is on its way
    hints.say(["first"])
    world.may_answer.set()

    await hearing.closed.wait()

    assert world.asked == [["first"]] * 2


async def test_a_look_that_the_store_did_not_answer_is_repeated(world, hints, hearing):
    del world.live["first"]
    world.error = StoreUnavailableError("fake", "find")
    hints.say(["first"])
    assert await world.asks(checks=2) == [["first"]] * 2
    assert not hearing.closed.is_set()

    world.error = None

    assert await world.asks(checks=2) == [["first"]]
    assert hearing.closed.is_set()


async def test_a_socket_that_opens_is_looked_at_for_what_was_missed(world, hearing):
    late = world.opens("late")
    del world.live["late"]

    assert await world.asks() == [["late"]]
    assert late.closed.is_set()


async def test_a_session_whose_time_is_up_is_looked_at(world, hints, hearing):
    end = world.clock.now + 10 * SECOND
    world.live["first"] = Live(0, end)
    hints.say(["first"])
    assert await world.asks() == [["first"]]

    world.clock.advance(9 * SECOND)
    assert await world.asks() == []
    # It was used meanwhile: nobody hints at that.
    world.live["first"] = Live(0, end + 10 * SECOND)
    world.clock.advance(SECOND)
    assert await world.asks() == [["first"]]
    del world.live["first"]
    world.clock.advance(10 * SECOND)
    assert await world.asks(checks=3) == [["first"]]

    assert hearing.closed.is_set()


async def test_what_nobody_hints_at_is_found_within_a_minute(world, hearing):
    world.clock.advance(59 * SECOND)
    assert await world.asks() == []
    world.clock.advance(SECOND)

    assert await world.asks(checks=5) == [["first"]]


@pytest.mark.logs("fake store is unavailable .* asked twice a second")
async def test_without_its_hints_the_store_is_asked_until_they_come_again(
    world, hints, hearing, caplog
):
    other = world.opens("other")
    hints.down = True
    hints.lost.set_exception(StoreUnavailableError("fake", "listen"))
    await until(lambda: not hints.listens.is_set())

    assert await world.asks(checks=3) == [["first", "other"]] * 3

    hints.down = False
    await hints.listens.wait()
    assert await world.asks(checks=2) == [["first", "other"]] * 2
    del world.live["other"]  # with the hint at it lost
    hints.say(None)
    await other.closed.wait()
    assert await world.asks(checks=3) == []


@pytest.mark.logs("Listening for ended sessions failed")
async def test_a_mistake_in_the_hints_does_not_end_the_watch(world, hints, hearing):
    hints.lost.set_exception(LookupError("a mistake"))
    await until(lambda: hints.times == 2)

    assert await world.asks(checks=2) == [["first"]] * 2


async def test_nobody_listens_before_the_first_socket(world, hints, running):
    for _ in range(20):
        await asyncio.sleep(0)
    assert hints.times == 0

    world.opens("first")

    await hints.listens.wait()


@pytest.mark.logs("asked twice a second")
async def test_what_fails_again_and_again_is_tried_less_and_less(
    world, hints, monkeypatch
):
    pauses = []

    async def pause(delay_s):
        pauses.append(delay_s)
        if len(pauses) == 10:
            raise asyncio.CancelledError

    hints.down = True
    world.opens("first")
    monkeypatch.setattr(socket_watch.asyncio, "sleep", pause)

    with pytest.raises(asyncio.CancelledError):
        await world.watch._keep_listening(hints)

    assert pauses == [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60]


async def test_a_socket_that_closes_leaves_nothing_behind(world, hearing):
    world.sockets.discard("first", hearing)
    world.clock.advance(LATER)

    assert world.sockets.look_at(None) is False
    assert await world.asks() == []
