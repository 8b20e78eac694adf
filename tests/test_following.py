"""How clocks that nobody set follow the others."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tornado_app.following import RULES, follow
from tornado_app.settings import OPTIONS

DEFAULTS = {rule.name: OPTIONS[rule.name].default for rule in RULES}
DAY = timedelta(days=1)


def test_with_nothing_given_every_clock_keeps_its_default():
    followed = follow({}, DEFAULTS)

    assert {name: each.length for name, each in followed.items()} == DEFAULTS
    assert all(each.leader is None for each in followed.values())


def test_a_short_idle_timeout_shortens_that_of_signed_in_sessions():
    followed = follow({"idle-timeout": timedelta(seconds=2)}, DEFAULTS)

    signed_in = followed["signed-in-idle-timeout"]
    assert (signed_in.length, signed_in.leader) == (2 * DAY / 86_400, "idle-timeout")


def test_a_long_idle_timeout_lengthens_the_absolute_lifetime_but_no_sign_in():
    followed = follow({"idle-timeout": 500 * DAY}, DEFAULTS)

    assert followed["absolute-lifetime"].length == 500 * DAY
    assert followed["signed-in-lifetime"].length == 30 * DAY
    assert followed["signed-in-idle-timeout"].length == 7 * DAY


def test_a_short_absolute_lifetime_shortens_every_other_clock():
    followed = follow({"absolute-lifetime": DAY}, DEFAULTS)

    assert {each.length for each in followed.values()} == {DAY}


def test_a_long_idle_timeout_of_sign_ins_lengthens_their_lifetime():
    followed = follow({"signed-in-idle-timeout": 60 * DAY}, DEFAULTS)

    assert followed["signed-in-lifetime"].length == 60 * DAY


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_clock_that_was_given_is_left_alone(name):
    assert name not in follow({name: DAY}, DEFAULTS)


durations = st.timedeltas(min_value=timedelta(seconds=1), max_value=1000 * DAY)


@given(st.dictionaries(st.sampled_from(sorted(DEFAULTS)), durations))
def test_a_clock_that_was_not_given_never_contradicts_those_that_were(given_clocks):
    followed = follow(given_clocks, DEFAULTS)
    clocks = given_clocks | {name: each.length for name, each in followed.items()}

    if "absolute-lifetime" in followed or "idle-timeout" in followed:
        assert clocks["idle-timeout"] <= clocks["absolute-lifetime"]
    if "signed-in-idle-timeout" in followed:
        assert clocks["signed-in-idle-timeout"] <= clocks["idle-timeout"]
        assert clocks["signed-in-idle-timeout"] <= clocks["signed-in-lifetime"]
