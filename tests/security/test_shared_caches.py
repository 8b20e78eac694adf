"""A cache that many people share never gives one of them what belongs to another."""

from typing import NamedTuple

import pytest

from tests.handlers.signing import Person
from tests.plugins.effort import counts
from tests.security import routes
from tests.security.wire import Answer

HTML = ("Accept", "text/html")


class Kept(NamedTuple):
    varies_by: dict
    answer: Answer


class SharedCache:
    """Keeps whatever RFC 9111 §3 lets a shared cache keep, and thinks all of it fresh.

    It is as greedy as the standard allows: what has no explicit freshness it keeps by
    its own guess.
    """

    def __init__(self, wire):
        self._wire = wire
        self._kept = {}
        self.hits = self.misses = 0

    async def get(self, path, cookies):
        headers = {"Cookie": pairs_of(cookies), "Accept": HTML[1]}
        for kept in self._kept.get(path, []):
            if all(headers.get(name, "") == v for name, v in kept.varies_by.items()):
                self.hits += 1
                return kept.answer
        self.misses += 1
        answer = await self._wire.get(path, cookies=cookies, headers=[HTML])
        if may_be_kept(answer):
            names = answer.headers.get("Vary", "").split(",")
            varies_by = {n: headers.get(n, "") for n in map(str.strip, names) if n}
            self._kept.setdefault(path, []).append(Kept(varies_by, answer))
        return answer


def pairs_of(cookies):
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def may_be_kept(answer):
    words = answer.headers.get("Cache-Control", "").replace(" ", "").split(",")
    everything = "*" in answer.headers.get("Vary", "")
    return not everything and not {"no-store", "private"} & set(words)


@pytest.fixture
async def people(http_client, base_url):
    """Two of each: strangers, named ones, signed-in ones, former ones."""
    found = {}
    for number in (1, 2):
        stranger, named, signed_in, former = (
            Person(http_client, base_url) for _ in range(4)
        )
        await stranger.get("/")
        await named.introduce(f"Named-{number}")
        await signed_in.signs_up(f"user-{number}")
        await signed_in.prefer(name=f"Signed-{number}")
        await former.signs_up(f"former-{number}")
        await former.prefer(name=f"Former-{number}")
        found |= {f"Stranger-{number}": stranger, f"Named-{number}": named}
        found |= {f"Signed-{number}": signed_in, f"Former-{number}": former}
        copied = dict(former.cookies)
        await former.signs_out()
        former.cookies = copied  # and still comes with what opened it
    return found


@pytest.mark.parametrize("who", ["Signed-1", "Named-2", "Newcomer"])
async def test_nobody_sees_another_s_page_or_cookie(wire, people, who):
    """Whoever comes first, and so fills the cache."""
    cache = SharedCache(wire)
    cookies = {who: {}} | {name: person.cookies for name, person in people.items()}
    paths = [route.path for route in routes.EVERY] + ["/nowhere", "/sign-in?next=/"]
    foreign = []

    for path in paths:
        for name in cookies:
            hits = cache.hits
            answer = await cache.get(path, cookies[name])
            others = set(people) - {name}
            foreign += [(path, name, o) for o in others if o in answer.text]
            if cache.hits > hits and answer.set_cookies:
                foreign.append((path, name, "Set-Cookie"))

    assert foreign == []
    assert cache.hits  # the files: a cache that keeps nothing would prove nothing
    counts["answers through a greedy shared cache (foreign: 0)"] += (
        cache.hits + cache.misses
    )


async def test_what_a_session_shaped_says_so(wire, people):
    with_session = [route.path for route in routes.EVERY if route.has_session]

    for path in [*with_session, "/nowhere"]:
        for name, person in people.items():
            answer = await wire.get(path, cookies=person.cookies)
            assert "no-store" in answer.headers["Cache-Control"], (path, name)
            if path in with_session and answer.status != 405:
                assert "Cookie" in answer.headers.get("Vary", ""), (path, name)
