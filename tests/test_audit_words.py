"""Tests of how the audit log writes addresses."""

import pytest

from tornado_app.audit_words import addresses, shortened


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
        ("/run/site.sock", ""),
    ],
)
def test_an_address_is_shortened_to_its_network(address, shown):
    assert shortened(address) == shown


def test_only_the_two_forms_can_be_chosen():
    assert [addresses("short"), addresses(" Full ")] == ["short", "full"]
    with pytest.raises(ValueError, match="want one of short, full"):
        addresses("none")
