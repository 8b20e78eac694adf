"""The rules for sessions: checked at birth, exact at every instant."""

import dataclasses
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tornado_app.sessions import SessionPolicy
from tornado_app.sessions.record import PAST, Clocks
from tornado_app.sessions.testing import NOW, START, make_record

INSTANT = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

ABOVE_ZERO = (
    "idle_timeout",
    "absolute_lifetime",
    "signed_in_idle_timeout",
    "signed_in_lifetime",
    "renew_every",
    "store_timeout",
    "sweep_interval",
)
DURATIONS = (*ABOVE_ZERO, "renewal_grace", "touch_interval")
NEEDED = ("idle_timeout", "renewal_grace", "store_timeout", "sweep_interval")
LIMITS = ("sweep_batch", "max_session_bytes", "max_flashes", "max_sessions_per_user")


def refusal(**fields):
    """The message with which a policy of *fields* is refused."""
    with pytest.raises(ValueError, match=r".") as caught:
        SessionPolicy(**fields)
    return str(caught.value)


@pytest.mark.parametrize("name", ABOVE_ZERO)
@pytest.mark.parametrize("duration", [timedelta(0), -INSTANT, -DAY])
def test_a_duration_of_zero_or_less_is_refused(name, duration):
    assert refusal(**{name: duration}) == f"want {name} > 0, got {duration}"


@pytest.mark.parametrize("name", ["renewal_grace", "touch_interval"])
def test_a_duration_that_may_be_zero_may_not_be_less(name):
    assert getattr(SessionPolicy(**{name: timedelta(0)}), name) == timedelta(0)
    assert refusal(**{name: -INSTANT}) == f"want {name} >= 0, got {-INSTANT}"


@pytest.mark.parametrize("name", DURATIONS)
@pytest.mark.parametrize("value", [60, 0.5, "1h"])
def test_a_bare_number_is_no_duration(name, value):
    assert refusal(**{name: value}) == f"want {name} as a timedelta, got {value!r}"


@pytest.mark.parametrize("name", NEEDED)
def test_a_duration_that_is_needed_may_not_be_missing(name):
    assert refusal(**{name: None}) == f"want {name} as a timedelta, got None"


@pytest.mark.parametrize("name", DURATIONS)
def test_a_duration_beyond_a_hundred_years_is_refused(name):
    message = refusal(**{name: timedelta(days=36_500) + INSTANT})

    assert message.startswith(f"want {name} at most 36500 days, got")


def test_a_hundred_years_are_not_too_long():
    longest = dict.fromkeys(DURATIONS, timedelta(days=36_500))

    policy = SessionPolicy(**longest | {"touch_interval": None})

    assert policy.absolute_lifetime == timedelta(days=36_500)


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("value", [0, -1])
def test_a_limit_below_one_is_refused(name, value):
    assert refusal(**{name: value}) == f"want {name} of at least 1, got {value}"
    assert getattr(SessionPolicy(**{name: 1}), name) == 1


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("value", [1.5, "20"])
def test_a_limit_that_is_no_whole_number_is_refused(name, value):
    assert refusal(**{name: value}) == f"want {name} as a whole number, got {value!r}"


def test_only_the_sessions_of_a_user_may_be_without_a_limit():
    assert SessionPolicy(max_sessions_per_user=None).max_sessions_per_user is None
    for name in LIMITS[:-1]:
        assert refusal(**{name: None}) == f"want {name} as a whole number, got None"


def test_renewal_by_the_clock_wants_a_grace():
    assert refusal(renew_every=HOUR) == "renew_every wants a renewal_grace above 0"
    assert SessionPolicy(renew_every=HOUR, renewal_grace=SECOND).renew_every == HOUR


@pytest.mark.parametrize("name", ["", "a b", "a;b", "a=b", "é", "a\n", "a\0", '"a"'])
def test_a_cookie_name_that_is_no_token_is_refused(name):
    message = f"want cookie_name as one token, got {name!r}"

    assert refusal(cookie_name=name) == message


@pytest.mark.parametrize("name", ["__Host-session", "__host-session", "__Secure-s"])
def test_a_cookie_name_with_its_prefix_is_refused(name):
    assert "without its prefix: it is put on by itself" in refusal(cookie_name=name)


@pytest.mark.parametrize("name", ["cookie_path", "cookie_domain"])
@pytest.mark.parametrize("text", ["", "/a;b", "/a b", "/a\n", "/é", "/a\0"])
def test_a_cookie_attribute_that_would_break_the_header_is_refused(name, text):
    assert (
        refusal(**{name: text}) == f"want {name} without blanks and ';', got {text!r}"
    )


@pytest.mark.parametrize("domain", ["https://example.org", "example.org:80", "a..b"])
def test_a_cookie_domain_that_is_none_is_refused(domain):
    assert refusal(cookie_domain=domain) == (
        f"want cookie_domain such as example.org, got {domain!r}"
    )


def test_a_cookie_path_that_does_not_begin_with_a_slash_is_refused():
    assert refusal(cookie_path="app") == "want cookie_path from '/', got 'app'"


@pytest.mark.parametrize("value", ["yes", None, "Auto", 2])
def test_a_security_that_is_none_of_three_is_refused(value):
    message = f'want cookie_secure True, False or "auto", got {value!r}'

    assert refusal(cookie_secure=value) == message


@pytest.mark.parametrize("value", ["lax", None, "", True])
def test_a_same_site_that_is_none_of_three_is_refused(value):
    message = f"want cookie_samesite Lax, Strict or None (as text), got {value!r}"

    assert refusal(cookie_samesite=value) == message


@pytest.mark.parametrize("secure", ["auto", False])
@pytest.mark.parametrize(
    "fields", [{"cookie_samesite": "None"}, {"cookie_partitioned": True}]
)
def test_a_cookie_for_other_sites_has_to_be_secure(secure, fields):
    assert "want cookie_secure=True" in refusal(cookie_secure=secure, **fields)
    assert SessionPolicy(cookie_secure=True, **fields).cookie_secure is True


def test_a_policy_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        SessionPolicy().idle_timeout = DAY


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, MINUTE),
        ({"idle_timeout": 10 * MINUTE}, MINUTE),
        ({"idle_timeout": 10 * MINUTE - 10 * INSTANT}, MINUTE - INSTANT),
        ({"idle_timeout": SECOND}, SECOND / 10),
        ({"signed_in_idle_timeout": MINUTE}, 6 * SECOND),
        ({"idle_timeout": MINUTE, "signed_in_idle_timeout": HOUR}, 6 * SECOND),
        ({"touch_interval": timedelta(0)}, timedelta(0)),
        ({"touch_interval": HOUR}, HOUR),
    ],
)
def test_the_touch_interval_follows_the_shortest_idle_timeout(fields, expected):
    assert SessionPolicy(**fields).touch_interval == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"idle_timeout": HOUR},
        {"signed_in_idle_timeout": HOUR},
        {"idle_timeout": DAY, "signed_in_idle_timeout": HOUR},
        {"idle_timeout": HOUR, "signed_in_idle_timeout": DAY},
    ],
)
def test_a_touch_interval_above_a_tenth_of_an_idle_timeout_is_refused(fields):
    tenth = HOUR / 10
    SessionPolicy(touch_interval=tenth, **fields)

    message = refusal(touch_interval=tenth + INSTANT, **fields)

    assert "want touch_interval at most a tenth of the shortest idle timeout" in message
    assert str(tenth) in message


@pytest.mark.parametrize(
    ("fields", "interval"),
    [
        ({}, MINUTE),
        ({"touch_interval": HOUR}, HOUR),
        ({"touch_interval": timedelta(0)}, timedelta(0)),
    ],
)
def test_a_use_is_noted_once_the_touch_interval_is_over(fields, interval):
    policy, record = SessionPolicy(**fields), make_record()

    assert policy.touch_is_due(record, START + interval)
    assert policy.touch_is_due(record, START + interval + INSTANT)
    if interval:
        assert not policy.touch_is_due(record, START + interval - INSTANT)


def test_resave_notes_every_use():
    assert SessionPolicy(resave=True).touch_is_due(make_record(), START)


def test_a_session_with_a_short_timeout_of_its_own_is_touched_more_often():
    policy, record = SessionPolicy(), make_record(idle_timeout=MINUTE)

    assert not policy.touch_is_due(record, START + 6 * SECOND - INSTANT)
    assert policy.touch_is_due(record, START + 6 * SECOND)


def test_a_session_with_a_long_timeout_of_its_own_is_touched_no_less_often():
    policy, record = SessionPolicy(), make_record(idle_timeout=300 * DAY)

    assert policy.touch_is_due(record, START + MINUTE)


def test_a_clock_that_goes_back_asks_for_nothing():
    policy = SessionPolicy(renew_every=HOUR, renewal_grace=SECOND)
    record = make_record()

    assert not policy.touch_is_due(record, START - DAY)
    assert not policy.renewal_is_due(record, START - DAY)
    assert policy.expires_at(record) == record.expires_at


def test_a_renewal_is_due_once_its_interval_is_over():
    policy = SessionPolicy(renew_every=HOUR, renewal_grace=SECOND)
    record = make_record(renewed_at=NOW)

    assert not policy.renewal_is_due(record, NOW + HOUR - INSTANT)
    assert policy.renewal_is_due(record, NOW + HOUR)
    assert not SessionPolicy().renewal_is_due(record, NOW + 1000 * DAY)


def clocks(policy, *, user=None, signed_in_at=None):
    return policy.clocks(user=user, started_at=START, signed_in_at=signed_in_at)


def test_an_anonymous_session_has_the_two_clocks_of_all():
    policy = SessionPolicy(idle_timeout=HOUR, absolute_lifetime=DAY)

    assert clocks(policy) == Clocks(HOUR, START + DAY)


def test_a_signed_in_session_has_clocks_of_its_own_from_its_sign_in():
    policy = SessionPolicy(signed_in_idle_timeout=MINUTE, signed_in_lifetime=HOUR)

    found = clocks(policy, user="7", signed_in_at=NOW)

    assert found == Clocks(MINUTE, NOW + HOUR)


def test_without_clocks_of_its_own_a_signed_in_session_has_those_of_all():
    policy = SessionPolicy(idle_timeout=HOUR, absolute_lifetime=DAY)

    assert clocks(policy, user="7", signed_in_at=NOW) == Clocks(HOUR, NOW + DAY)


def test_there_may_be_no_absolute_end():
    policy = SessionPolicy(absolute_lifetime=None, signed_in_lifetime=HOUR)

    assert clocks(policy).ends_at is None
    assert clocks(policy, user="7", signed_in_at=NOW).ends_at == NOW + HOUR


@pytest.mark.parametrize(
    ("fields", "end"),
    [
        ({"idle_timeout": HOUR}, START + HOUR),
        ({"absolute_lifetime": HOUR}, START + HOUR),
        ({"idle_timeout": 20 * DAY, "absolute_lifetime": None}, START + 14 * DAY),
    ],
)
def test_a_stricter_policy_holds_for_sessions_that_are_stored_already(fields, end):
    assert SessionPolicy(**fields).expires_at(make_record()) == end


def test_a_session_with_a_timeout_of_its_own_is_held_to_that_one():
    record = make_record(idle_timeout=40 * DAY, expires_at=START + 40 * DAY)

    assert SessionPolicy().expires_at(record) == record.expires_at


@pytest.mark.parametrize(
    "start",
    [
        datetime(2024, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2023, 2, 28, 12, tzinfo=UTC),
        datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
)
def test_leap_days_and_summer_time_change_no_duration(start):
    policy = SessionPolicy(idle_timeout=DAY, absolute_lifetime=DAY + HOUR)
    local = start.astimezone(ZoneInfo("Europe/Berlin"))

    found = policy.clocks(user=None, started_at=start, signed_in_at=None)

    assert found.expires_at(start, None) - start == DAY
    assert found.ends_at.timestamp() - local.timestamp() == 25 * 3600


SPANS = st.sampled_from([INSTANT, SECOND, HOUR, DAY, DAY + INSTANT, 3 * DAY])
AGES = st.one_of(SPANS, st.just(timedelta(0)), st.just(-SECOND))


@given(
    idle=st.sampled_from([SECOND, DAY]),
    lifetime=st.sampled_from([None, HOUR, 2 * DAY]),
    signed_in_idle=st.sampled_from([None, HOUR, 2 * DAY]),
    signed_in_lifetime=st.sampled_from([None, SECOND, 3 * DAY]),
    user=st.sampled_from([None, "ada"]),
    own=st.sampled_from([None, SECOND, DAY]),
    unused=AGES,
    age=AGES,
    stored_left=AGES,
    renew_every=st.sampled_from([None, SECOND, 2 * HOUR]),
    resave=st.booleans(),
    interval=st.sampled_from([None, timedelta(0), timedelta(milliseconds=100)]),
)
def test_before_a_record_is_quiet_no_longer_it_lives_and_no_use_is_noted(
    idle,
    lifetime,
    signed_in_idle,
    signed_in_lifetime,
    user,
    own,
    unused,
    age,
    stored_left,
    renew_every,
    resave,
    interval,
):
    policy = SessionPolicy(
        renew_every=renew_every,
        renewal_grace=SECOND,
        resave=resave,
        touch_interval=interval,
        idle_timeout=idle,
        absolute_lifetime=lifetime,
        signed_in_idle_timeout=signed_in_idle,
        signed_in_lifetime=signed_in_lifetime,
    )
    seen_at = NOW - unused
    # A store never keeps a record beyond its own idle timeout.
    stored = min(NOW + stored_left, seen_at + (own or 3 * DAY))
    record = make_record(
        started_at=NOW - age,
        last_seen_at=seen_at,
        expires_at=stored,
        user=user,
        signed_in_at=NOW - age if user else None,
        idle_timeout=own,
    )

    until = policy.quiet_until(record)

    assert (until == PAST) == (resave or interval == timedelta(0))
    if until != PAST:
        last = until - INSTANT
        assert not policy.has_expired(record, last)
        assert not policy.touch_is_due(record, last)
        assert not policy.renewal_is_due(record, last)


def test_a_session_that_was_used_just_now_is_quiet():
    policy, record = SessionPolicy(), make_record()

    assert policy.quiet_until(record) == START + MINUTE
