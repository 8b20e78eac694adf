"""The text form of option values."""

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tornado_app import option_values as values


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("14d", timedelta(days=14)),
        ("1d2h3m4s", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        (" 5m ", timedelta(minutes=5)),
    ],
)
def test_a_duration_is_numbers_with_units(text, length):
    assert values.duration(text) == length


@pytest.mark.parametrize(
    "text", ["90", "-5m", "", " ", "m", "1.5h", "5 m", "30m1h", "5w", "1h1h", "٣m"]
)
def test_a_duration_without_unit_or_below_zero_is_refused(text):
    with pytest.raises(ValueError, match="want a duration such as 90s"):
        values.duration(text)


def test_a_duration_of_nothing_is_refused_where_it_makes_no_sense():
    with pytest.raises(ValueError, match="longer than 0s"):
        values.duration("0s")

    assert values.duration_or_zero("0s") == timedelta(0)


@pytest.mark.parametrize("text", ["36501d", "9" * 400 + "d", "9" * 5000 + "s"])
def test_a_duration_beyond_a_century_is_refused(text):
    with pytest.raises(ValueError, match="want a duration"):
        values.duration(text)


@given(st.integers(0, 36_500 * 86_400))
def test_a_duration_that_is_shown_reads_back(seconds):
    length = timedelta(seconds=seconds)

    assert values.duration_or_zero(values.show(length)) == length


@pytest.mark.parametrize("text", ["65536", "-1", "http", "", "8 8", "٣", "1e3"])
def test_a_port_that_does_not_exist_is_refused(text):
    with pytest.raises(ValueError, match="want a port from 0 to 65535"):
        values.port(text)


def test_a_port_may_be_any_that_exists():
    assert values.port("0") == 0
    assert values.port("65535") == 65_535


def test_networks_are_addresses_and_networks_with_commas_between():
    networks = values.networks("127.0.0.1, 10.0.0.0/8,::1")

    assert networks == (
        ip_network("127.0.0.1/32"),
        ip_network("10.0.0.0/8"),
        ip_network("::1/128"),
    )
    assert values.networks("") == ()


@pytest.mark.parametrize("text", ["10.0.0.1/8", "example.org", "10.0.0.0/33"])
def test_a_network_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match=r"such as 127\.0\.0\.1 or 10\.0\.0\.0/8"):
        values.networks(text)


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("0", False), ("ON", True)])
def test_yes_and_no_have_their_usual_synonyms(text, value):
    assert values.yes_or_no(text) is value


def test_what_is_neither_yes_nor_no_is_refused():
    with pytest.raises(ValueError, match="want yes or no"):
        values.yes_or_no("maybe")


def test_a_log_level_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="want one of debug, info, warning, error"):
        values.log_level("loud")


def test_a_value_of_blanks_is_no_file_name():
    assert values.path("var/secret") == Path("var/secret")
    with pytest.raises(ValueError, match="got nothing"):
        values.path(" ")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://joe:pass:word@host/0", "redis://joe:***@host/0"),
        ("redis://:word@host", "redis://:***@host"),
        ("redis://joe:w/rd@host", "redis://joe:***@host"),
        ("postgresql://joe:w@rd@host/db", "postgresql://joe:***@host/db"),
        (
            "postgresql://host/db?password=word&x=1",
            "postgresql://host/db?password=***&x=1",
        ),
        (
            "postgresql://host/db?sslpassword=word&x=1",
            "postgresql://host/db?sslpassword=***&x=1",
        ),
        (
            "moving:redis://host?sentinel_password=word|memory://",
            "moving:redis://host?sentinel_password=***|memory://",
        ),
        ("sqlite:///var/a:b@c.db", "sqlite:///var/a:b@c.db"),
        ("redis://host:6379/0", "redis://host:6379/0"),
    ],
)
def test_passwords_of_a_url_are_masked(url, shown):
    assert values.masked(url) == shown
