"""Which accounts a browser has been used with."""

import pytest

from tornado_app.known_devices import MAX_MARKS, KnownDevices, marks_in


@pytest.fixture
def devices():
    return KnownDevices(["secret"])


def test_a_device_is_known_for_the_account_it_was_used_with(devices):
    cookie = devices.with_mark("", "1")

    assert devices.mark_of(cookie, "1")
    assert devices.mark_of(cookie, "2") is None


def test_a_second_sign_in_leaves_the_cookie_as_it_is(devices):
    cookie = devices.with_mark("", "1")

    assert devices.with_mark(cookie, "1") == cookie


def test_a_device_knows_several_accounts_and_forgets_the_oldest(devices):
    cookie = ""
    for number in range(MAX_MARKS + 1):
        cookie = devices.with_mark(cookie, str(number))

    known = [bool(devices.mark_of(cookie, str(n))) for n in range(MAX_MARKS + 1)]
    assert known == [False] + [True] * MAX_MARKS


def test_two_devices_of_one_account_have_different_marks(devices):
    assert devices.with_mark("", "1") != devices.with_mark("", "1")


def test_a_mark_under_an_old_secret_still_counts(devices):
    cookie = devices.with_mark("", "1")

    assert KnownDevices(["new", "secret"]).mark_of(cookie, "1")
    assert KnownDevices(["new"]).mark_of(cookie, "1") is None


@pytest.mark.parametrize(
    "cookie",
    ["", "x", ".", "a" * 96, "a" * 95 + "g", "ä" * 96, "a" * 97, "\x00", "a" * 99_999],
)
def test_what_we_did_not_make_is_no_mark(devices, cookie):
    assert devices.mark_of(cookie, "1") is None
    assert devices.mark_of(devices.with_mark(cookie, "1"), "1")


def test_a_changed_mark_is_none(devices):
    cookie = devices.with_mark("", "1")
    for place in range(len(cookie)):
        other = "0" if cookie[place] != "0" else "1"
        changed = cookie[:place] + other + cookie[place + 1 :]
        assert devices.mark_of(changed, "1") is None


def test_a_long_cookie_is_not_taken_apart():
    assert marks_in(".".join(["a" * 96] * 1_000)) == []
