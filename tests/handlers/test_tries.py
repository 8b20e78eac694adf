"""Tests of too many tries, and of too many at once."""

import asyncio
import re
import threading
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from tests.handlers.signing import PASSWORD, Person
from tests.handlers.visitor import text_of
from tornado_app import password_tries, slow_forms
from tornado_app.hashing import Hashing
from tornado_app.throttling import ACCOUNT, ADDRESS

WRONG = "not the right password"


@pytest.fixture
def stranger(http_client, base_url):
    return Person(http_client, base_url)


async def guess(person, times, *, username="ada"):
    return [(await person.signs_in(username, WRONG)).code for _ in range(times)]


async def test_many_failures_are_a_429_that_says_when_to_try_again(ada, stranger):
    await ada.signs_up()
    assert await guess(stranger, ACCOUNT.free) == [403] * ACCOUNT.free

    response = await stranger.signs_in("ada", WRONG)

    assert response.code == 429
    assert response.headers["Retry-After"] == "30"
    assert "Wait 30 seconds" in text_of(response, "username-problem")
    assert 'value="ada"' in response.body.decode()


async def test_a_wait_is_not_called_a_mistake(ada, stranger):
    await ada.signs_up()
    await guess(stranger, ACCOUNT.free)

    response = await stranger.signs_in("ada", WRONG)

    assert text_of(response, "error-summary-title") == "Please wait a little"
    assert "aria-invalid" not in response.body.decode()


async def test_while_it_waits_not_even_the_right_password_is_looked_at(ada, stranger):
    await ada.signs_up()
    await guess(stranger, ACCOUNT.free)

    assert (await stranger.signs_in("ada", PASSWORD)).code == 429


async def test_after_the_wait_the_right_password_is_right(ada, stranger, clock):
    await ada.signs_up()
    await guess(stranger, ACCOUNT.free)

    clock.now += timedelta(seconds=30)

    assert (await stranger.signs_in("ada", PASSWORD)).code == 303


async def test_each_failure_after_that_doubles_the_wait(stranger, clock):
    await guess(stranger, ACCOUNT.free)
    clock.now += timedelta(seconds=30)
    await guess(stranger, 1)

    response = await stranger.signs_in("ada", WRONG)

    assert response.headers["Retry-After"] == "60"


async def test_a_name_without_an_account_is_throttled_alike(stranger):
    codes = await guess(stranger, ACCOUNT.free + 1, username="nobody")

    assert codes == [403] * ACCOUNT.free + [429]


async def test_the_owner_gets_in_on_a_known_device(ada, stranger):
    await ada.signs_up()
    await ada.signs_out()
    await guess(stranger, ACCOUNT.free + 5)

    assert (await ada.signs_in()).code == 303


async def test_the_owner_gets_in_from_an_address_that_is_throttled(ada, stranger):
    await ada.signs_up()
    for number in range(ADDRESS.free):
        await stranger.signs_in(f"user {number}", WRONG)
    assert (await stranger.signs_in("ada", PASSWORD)).code == 429

    assert (await ada.signs_in()).code == 303


async def test_a_known_device_has_no_more_tries_than_others(ada):
    await ada.signs_up()

    assert (await guess(ada, ACCOUNT.free + 1))[-1] == 429


async def test_a_device_is_known_for_its_own_accounts_only(ada, bea, stranger):
    await ada.signs_up("ada")
    await bea.signs_up("bea")
    await guess(stranger, ACCOUNT.free, username="ada")

    assert (await bea.signs_in("ada", PASSWORD)).code == 429


async def test_a_device_that_several_people_share_knows_them_all(ada, stranger):
    await ada.signs_up("ada")
    await ada.signs_up("bea")
    await guess(stranger, ACCOUNT.free, username="ada")
    await guess(stranger, ACCOUNT.free, username="bea")

    assert (await ada.signs_in("ada")).code == 303
    assert (await ada.signs_in("bea")).code == 303


async def test_the_owner_s_success_gives_strangers_no_new_tries(ada, stranger):
    await ada.signs_up()
    await guess(stranger, ACCOUNT.free)

    await ada.signs_in()

    assert await guess(stranger, 1) == [429]


async def test_guesses_at_the_same_time_are_counted_too(ada, http_client, base_url):
    await ada.signs_up()
    strangers = [Person(http_client, base_url) for _ in range(40)]

    codes = await asyncio.gather(*(guess(each, 1) for each in strangers))

    assert codes.count([403]) == ACCOUNT.free
    assert codes.count([429]) == len(strangers) - ACCOUNT.free


async def test_the_device_cookie_is_no_script_s_and_names_nobody(ada):
    response = await ada.signs_up()

    lines = response.headers.get_list("Set-Cookie")
    (cookie,) = [line for line in lines if line.startswith("device=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert not re.search(r"\bada\b", cookie, re.IGNORECASE)


async def test_only_forms_that_may_hash_stand_in_line(ada, monkeypatch):
    waits_s, sleep_as_ever = [], asyncio.sleep

    async def sleep(delay_s):
        in_line = delay_s > 10**5
        waits_s.extend([delay_s] if in_line else [])
        await sleep_as_ever(0 if in_line else delay_s)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(slow_forms, "STEP_S", 10**9)
    monkeypatch.setattr(slow_forms, "LONGEST_WAIT_S", 10**6)
    await ada.get("/sign-in")
    for _ in range(2):
        await ada.post("/", {"name": "Ada"})
    assert not waits_s

    for _ in range(2):
        await ada.post("/sign-in", {"username": "ada", "password": WRONG})

    assert len(waits_s) == 1


class Gate(PasswordHasher):
    """Verifies nothing until it is opened."""

    def __init__(self):
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.opened = threading.Event()

    def verify(self, *arguments):
        assert self.opened.wait(20)
        return super().verify(*arguments)


@pytest.mark.logs("503 POST /sign-in")
class TestBusy:
    @pytest.fixture
    def gate(self):
        return Gate()

    @pytest.fixture
    def hashing(self, gate, monkeypatch):
        # All come from one address, whose tries wait for each other.
        monkeypatch.setattr(password_tries, "MOST_WAITING", 2)
        return Hashing(gate, workers=1, most_waiting=2)

    @pytest.fixture
    async def answers(self, http_client, base_url):
        """The answers to nine sign-ins at once, as they come."""
        crowd = [Person(http_client, base_url) for _ in range(9)]
        for each in crowd:
            await each.get("/sign-in")
        fields = {"username": "ada", "password": WRONG}
        return asyncio.as_completed([p.post("/sign-in", fields) for p in crowd])

    async def test_what_does_not_fit_in_the_queue_is_a_503_with_retry_after(
        self, answers, gate
    ):
        refused = [await next(answers) for _ in range(6)]
        gate.opened.set()
        looked_at = [await answer for answer in answers]

        assert [each.code for each in refused] == [503] * 6
        assert [each.code for each in looked_at] == [403] * 3
        assert refused[0].headers["Retry-After"] == "5"
        assert "Very many people" in text_of(refused[0], "username-problem")

    async def test_the_greeting_comes_meanwhile(self, answers, gate, ada):
        assert (await next(answers)).code == 503

        assert (await ada.get("/")).code == 200

        gate.opened.set()
        assert 403 in {(await answer).code for answer in answers}
