"""Session ids, handles, digests."""

import hashlib
import re
from http.cookies import SimpleCookie

import pytest
from tornado.web import create_signed_value

from tornado_app.sessions import ids


def test_an_id_is_sixty_characters_that_begin_with_its_handle():
    handle = ids.new_handle()

    session_id = ids.new_id(handle)

    assert re.fullmatch(r"[A-Za-z0-9_-]{16}", handle)
    assert re.fullmatch(r"[A-Za-z0-9_-]{60}", session_id)
    assert ids.handle_of(session_id) == handle
    assert ids.is_id(session_id)
    assert ids.is_id(ids.new_id())


def test_a_signed_id_needs_no_quotes_in_a_cookie():
    session_id = ids.new_id(ids.new_handle())
    signed = create_signed_value("s" * 32, "session", session_id).decode()

    cookie = SimpleCookie({"session": signed})

    assert "=" not in signed
    assert cookie["session"].coded_value == signed


def test_a_hundred_thousand_ids_and_their_handles_are_all_different():
    made = [ids.new_id() for _ in range(100_000)]

    assert len(set(made)) == 100_000
    assert len({ids.handle_of(session_id) for session_id in made}) == 100_000


def test_ids_of_one_handle_share_nothing_else():
    handle = ids.new_handle()

    secrets = {ids.new_id(handle).removeprefix(handle) for _ in range(1000)}

    assert len(secrets) == 1000


def test_the_secret_is_264_bits_from_the_operating_system(monkeypatch):
    given = []

    def urandom(size_bytes):
        given.append(size_bytes)
        return bytes(size_bytes)

    monkeypatch.setattr(ids.os, "urandom", urandom)
    renewed, new = ids.new_id("0123456789abcdef"), ids.new_id()

    assert given == [33, 6 + 33]
    assert renewed[16:] == new[16:] == "-" * 44, "33 bytes, and each of them is given"


def test_what_the_operating_system_gave_can_be_told_from_the_secret(monkeypatch):
    """None of the 264 bits is lost on the way into the text."""
    bits = [1 << place for place in range(264)]
    given = iter(bits)
    monkeypatch.setattr(ids.os, "urandom", lambda size: next(given).to_bytes(size))

    assert len({ids.new_id("0123456789abcdef") for _ in bits}) == 264


def test_no_handle_begins_with_what_other_programs_take_for_something_else():
    assert {ids.new_handle()[0], ids.new_id()[0]} == {"A"}


def test_handles_sort_as_they_were_made(monkeypatch):
    now_s = 1_795_838_047
    times_s = [0, 1, now_s, now_s + 0.064, now_s + 1, now_s + 300, now_s * 2, 2**37]
    made = []
    for time_s in times_s:
        monkeypatch.setattr(ids.time, "time_ns", lambda at_s=time_s: int(at_s * 1e9))
        made += [ids.new_handle(), ids.handle_of(ids.new_id())]

    assert [handle[:8] for handle in sorted(made)] == [handle[:8] for handle in made]
    assert len({handle[:8] for handle in made}) == len(times_s)


@pytest.mark.parametrize(
    "text",
    [
        *("", "a" * 59, "a" * 61, "é" * 60, "٣" * 60),
        *("a" * 60 + "\n", *("a" * 59 + odd for odd in "\n=+/ .\0é")),
    ],
)
def test_what_is_not_sixty_base64url_characters_is_no_id(text):
    assert not ids.is_id(text)


def test_stores_and_logs_see_a_digest():
    session_id = ids.new_id(ids.new_handle())

    digest = ids.digest_of(session_id)

    assert digest == hashlib.sha256(session_id.encode("ascii")).digest()
    assert ids.label_of(digest) == digest.hex()[:8]
