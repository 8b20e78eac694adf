"""How often somebody may try a password."""

from datetime import timedelta

import pytest

from tornado_app.throttling import (
    ACCOUNT,
    ADDRESS,
    Allowance,
    account_subject,
    address_subject,
    device_subject,
    network_of,
)

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
FEW = Allowance(
    free=3, first_wait=30 * SECOND, longest_wait=2 * MINUTE, memory=timedelta(days=1)
)


def test_free_failures_cost_nothing_and_waits_grow_up_to_a_limit():
    waits = [FEW.wait_after(failures) // SECOND for failures in range(1, 8)]

    assert waits == [0, 0, 30, 60, 120, 120, 120]


@pytest.mark.parametrize("allowance", [ACCOUNT, ADDRESS])
def test_no_number_of_failures_makes_a_wait_that_cannot_be_said(allowance):
    assert allowance.wait_after(10**9) == allowance.longest_wait


def test_a_guesser_has_less_than_a_hundred_tries_at_an_account_in_a_day():
    tries, at = 0, timedelta(0)
    while at < timedelta(days=1):
        tries += 1
        at += ACCOUNT.wait_after(tries)

    assert tries <= 100  # NIST SP 800-63B-4 §3.2.2


def test_a_subject_s_name_says_nothing_of_whom_it_is():
    names = [
        account_subject("ada").name,
        device_subject("ada").name,
        address_subject("192.0.2.7").name,
    ]

    assert len(set(names)) == 3
    assert not any("ada" in name or "192" in name for name in names)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("", "", True),
    ],
)
def test_one_customer_s_addresses_count_as_one(one, other, same):
    assert (network_of(one) == network_of(other)) is same
