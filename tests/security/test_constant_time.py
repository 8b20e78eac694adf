"""What is secret is compared by `hmac.compare_digest`, and by nothing else.

Time is not measured: that would prove little on a busy machine. Instead the comparison
is replaced; whatever still tells right from wrong compares by itself.
"""

import hmac
from datetime import UTC, datetime

import pytest
from tornado.web import create_signed_value, decode_signed_value

from tornado_app.handlers.xsrf import FormTokens
from tornado_app.known_devices import KnownDevices
from tornado_app.sessions import ids
from tornado_app.sessions.testing import make_record

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SECRET = "a secret of at least thirty-two bytes, only for this"


def form_token(*, right):
    tokens = FormTokens([SECRET])
    token = tokens.make(b"somebody" if right else b"somebody else")
    return tokens.accepts(token, [b"somebody"])


def device_mark(*, right):
    devices = KnownDevices([SECRET])
    cookie = devices.with_mark("", "1" if right else "2")
    return devices.mark_of(cookie, "1") is not None


def id_digest(*, right):
    handle = ids.new_handle()
    digest, other = (ids.digest_of(ids.new_id(handle)) for _ in range(2))
    record = make_record(handle=handle, id_digest=digest)
    return record.opens_with(digest if right else other, now=NOW)


def digest_before_a_renewal(*, right):
    old, other = (ids.digest_of(ids.new_id(ids.new_handle())) for _ in range(2))
    later = NOW.replace(year=2027)
    record = make_record(previous_digest=old, previous_until=later)
    return record.opens_with(old if right else other, now=NOW)


COMPARISONS = [form_token, device_mark, id_digest, digest_before_a_renewal]


@pytest.fixture(params=COMPARISONS, ids=lambda each: each.__name__)
def accepts(request):
    return request.param


def test_what_is_secret_is_compared_in_constant_time(accepts, monkeypatch):
    assert accepts(right=True)
    assert not accepts(right=False)

    monkeypatch.setattr(hmac, "compare_digest", lambda *_: False)
    assert not accepts(right=True)
    monkeypatch.setattr(hmac, "compare_digest", lambda *_: True)
    assert accepts(right=False)


def test_tornado_compares_signatures_in_constant_time(monkeypatch):
    signed = create_signed_value(SECRET, "session", "value")

    def decoded(value):
        return decode_signed_value(SECRET, "session", value, min_version=2)

    assert decoded(signed) == b"value"
    assert decoded(signed[:-64] + b"0" * 64) is None
    monkeypatch.setattr(hmac, "compare_digest", lambda *_: True)
    assert decoded(signed[:-64] + b"0" * 64) == b"value"
