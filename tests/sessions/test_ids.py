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
    asked = []

    def token_urlsafe(size_bytes):
        asked.append(size_bytes)
        return "x"

    monkeypatch.setattr(ids.secrets, "token_urlsafe", token_urlsafe)
    ids.new_id("0123456789abcdef")
    ids.new_id()

    assert asked == [33, 12 + 33]


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
