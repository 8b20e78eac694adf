"""A sign-in that fails tells nobody whether the user name has an account."""

import re
import sqlite3

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError

from tests.handlers.signing import Person
from tests.plugins.effort import counts
from tornado_app.hashing import Hashing
from tornado_app.throttling import ACCOUNT

TRIES = 5
COST = 8
WRONG = "not the right password"
# What is never the same twice, and what was typed.
FRESH = re.compile(r'name="_xsrf" value="[^"]*"|<code>[^<]*</code>|user-[a-z]+')
FRESH_HEADERS = {"X-Request-Id", "Date", "Set-Cookie", "Etag", "Content-Length"}


class CountingHasher(PasswordHasher):
    """Adds up what working out hashes costs, which is what takes time."""

    def __init__(self):
        super().__init__(time_cost=1, memory_cost=COST, parallelism=1)
        self.work = 0

    def verify(self, kept, password):
        self.work += cost_of(kept)
        return super().verify(kept, password)

    def hash(self, *arguments, **more):
        self.work += COST
        return super().hash(*arguments, **more)


def cost_of(kept):
    """KiB and passes that comparing with a hash takes; nothing if it is none."""
    try:
        found = extract_parameters(kept)
    except InvalidHashError:
        return 0
    return found.memory_cost * found.time_cost


@pytest.fixture
def hasher():
    return CountingHasher()


@pytest.fixture
def hashing(hasher):
    return Hashing(hasher)


@pytest.fixture
async def attempt(http_client, base_url, hasher, accounts_file):
    """Try to sign in as a stranger would; return all that can be noticed."""
    owner = Person(http_client, base_url)
    await owner.signs_up("user-known")
    await owner.signs_up("user-broken")
    break_the_hash_of(accounts_file, "user-broken")

    async def one(username, password=WRONG):
        stranger = Person(http_client, base_url)
        await stranger.get("/sign-in")
        hasher.work = 0
        typed = {"username": username, "password": password}
        response = await stranger.post("/sign-in", typed)
        counts["sign-ins compared (told apart: 0)"] += 1
        return (
            response.code,
            FRESH.sub("", response.body.decode()),
            {n: v for n, v in response.headers.get_all() if n not in FRESH_HEADERS},
            hasher.work,
        )

    return one


def break_the_hash_of(accounts_file, username):
    with sqlite3.connect(accounts_file) as database:
        changed = database.execute(
            "UPDATE accounts SET password_hash = '!' WHERE username = ?", [username]
        )
        assert changed.rowcount == 1
    database.close()


async def test_known_unknown_and_unusable_users_get_the_same(attempt):
    for _ in range(TRIES):
        known = await attempt("user-known")
        unknown = await attempt("user-unknown")
        broken = await attempt("user-broken")

        assert known[0] == 403
        assert known == unknown == broken


async def test_a_password_is_worked_out_once_whoever_it_is_for(attempt):
    assert (await attempt("user-known"))[3] == COST
    assert (await attempt("user-unknown"))[3] == COST
    assert (await attempt("\u0000 no name at all"))[3] == COST
    assert (await attempt("x" * 5_000))[3] == COST


async def test_the_wait_is_the_same_too_and_nothing_is_worked_out(attempt):
    for _ in range(ACCOUNT.free):
        await attempt("user-known")
        await attempt("user-unknown")

    known = await attempt("user-known")
    unknown = await attempt("user-unknown")

    assert known[0] == 429
    assert known == unknown
    assert known[3] == 0
