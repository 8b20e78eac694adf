"""What is signed here is what Tornado signs, and what it verifies."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tornado.web import create_signed_value, decode_signed_value

from tornado_app.sessions import signing_settings
from tornado_app.sessions.signing import sign

SECRETS = ["0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"]
NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
VALUES = st.text(max_size=200)
AT_S = 1_795_838_047


@pytest.fixture(autouse=True, scope="module")
def _one_second():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", lambda: AT_S + 0.5)
        yield


@given(NAMES, VALUES)
def test_with_several_secrets(name, value):
    settings = signing_settings(*SECRETS)

    signed = sign(settings, name, value)

    secret, key = settings["cookie_secret"], settings["key_version"]
    expected = create_signed_value(secret, name, value, version=2, key_version=key)
    assert signed.encode() == expected
    assert decode_signed_value(secret, name, signed) == value.encode()


@pytest.mark.parametrize("secret", [SECRETS[0], SECRETS[0].encode(), "k" * 100])
@given(NAMES, VALUES)
def test_with_one_secret(secret, name, value):
    signed = sign({"cookie_secret": secret}, name, value)

    assert signed.encode() == create_signed_value(secret, name, value)
    assert decode_signed_value(secret, name, signed) == value.encode()


def test_a_new_secret_signs_from_then_on():
    first, second = ({"cookie_secret": secret} for secret in SECRETS)
    before = sign(first, "session", "value")

    after = sign(second, "session", "value")

    assert decode_signed_value(SECRETS[1], "session", after) == b"value"
    assert decode_signed_value(SECRETS[1], "session", before) is None


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"cookie_secret": ""},
        {"cookie_secret": {1: SECRETS[0]}},
        {"cookie_secret": {1: SECRETS[0]}, "key_version": 2},
    ],
)
def test_without_a_secret_nothing_is_signed(settings):
    assert sign(settings, "session", "value") is None
