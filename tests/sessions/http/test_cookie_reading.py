"""Only a cookie with just our name and just our value opens a session."""

import re

import pytest
from tornado.httputil import HTTPHeaders

from tests.sessions.http.cookie_corpus import FOUND, NOT_FOUND, REFUSED
from tests.sessions.http.site import keep, show
from tornado_app.sessions.cookie import raw_pairs

REQUEST = "GET / HTTP/1.1\r\nHost: x\r\n{lines}Connection: close\r\n\r\n"
EMPTY = "{}"


@pytest.fixture
async def ask(open_site):
    """Send Cookie headers as they are; return the status and what the session holds."""
    site = await open_site("memory://")
    site.on("/", get=show)
    mine = await visitor(site, "mine")
    evil = await visitor(site, "evil")

    async def send(*headers):
        lines = "".join(f"Cookie: {header}\r\n" for header in headers)
        lines = lines.replace("MINE", mine).replace("EVIL", evil)
        answer = await site.talk(REQUEST.format(lines=lines))
        head, _, body = answer.partition("\r\n\r\n")
        return head.split(" ")[1], body

    send.site = site
    return send


async def visitor(site, name):
    site.on(f"/{name}", get=keep(who=name))
    browser = site.browser()
    await browser.text(f"/{name}")
    return browser.cookie


def test_the_corpus_is_as_large_as_it_should_be():
    assert len(set(FOUND) | set(NOT_FOUND) | set(REFUSED)) >= 200


async def test_our_cookie_is_found_among_all_that_only_look_like_it(ask):
    answers = {header: await ask(header) for header in FOUND}

    wrong = {key: answer for key, answer in answers.items() if "mine" not in answer[1]}
    assert wrong == {}


async def test_everything_else_is_an_empty_session(ask):
    answers = {header: await ask(header) for header in NOT_FOUND}

    wrong = {key: got for key, got in answers.items() if got != ("200", EMPTY)}
    assert wrong == {}


async def test_the_store_is_not_asked_for_what_is_no_cookie_of_ours(ask):
    ask.site.store.calls.clear()

    for header in NOT_FOUND:
        await ask(header)

    assert ask.site.store.calls == []


async def test_control_characters_make_no_session(ask):
    ask.site.store.calls.clear()

    answers = [await ask(header) for header in REFUSED]

    assert {status for status, _ in answers} <= {"400", "200"}
    assert not [body for _, body in answers if "mine" in body]
    assert ask.site.store.calls == []


def test_a_cookie_alone_is_read_as_one_among_others():
    alone, among = HTTPHeaders(), HTTPHeaders()
    alone.add("Cookie", "session=a b")
    among.add("Cookie", "other=1; session=a b\t; session2=2")

    assert raw_pairs(alone, "session") == raw_pairs(among, "session") == ["session=a b"]


async def test_two_cookies_in_two_headers_count_as_none(ask):
    assert "mine" in (await ask("session=MINE"))[1]  # it is known from here on
    assert await ask("session=MINE", "session=EVIL") == ("200", EMPTY)
    assert await ask("session=EVIL", "session=MINE") == ("200", EMPTY)
    assert await ask("session=MINE", "session=MINE") == ("200", EMPTY)


async def test_one_cookie_is_found_in_any_of_several_headers(ask):
    for headers in [
        ("a=1", "session=MINE"),
        ("session=MINE", "a=1"),
        ("", "session=MINE"),
    ]:
        assert "mine" in (await ask(*headers))[1]


async def test_a_value_cut_short_or_continued_is_nobodys(ask):
    cookie = await visitor(ask.site, "mine")

    for length in range(len(cookie)):
        assert await ask(f"session={cookie[:length]}") == ("200", EMPTY)


async def test_a_value_changed_at_any_byte_is_nobodys(ask):
    cookie = await visitor(ask.site, "mine")
    assert "mine" in (await ask(f"session={cookie}"))[1]

    for place, byte in enumerate(cookie):
        other = "1" if re.match("[^1]", byte) else "2"
        tampered = cookie[:place] + other + cookie[place + 1 :]
        assert await ask(f"session={tampered}") == ("200", EMPTY), place
