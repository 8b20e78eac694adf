"""Tests of the security headers."""

import re

import pytest

from tornado_app.security import HEADERS, hsts, security_headers


@pytest.mark.parametrize(
    ("extent", "asked"),
    [
        ("host", "max-age=31536000"),
        ("subdomains", "max-age=31536000; includeSubDomains"),
        ("off", None),
    ],
)
def test_https_is_asked_for_as_far_as_the_option_says_but_only_over_https(
    extent, asked
):
    name = "Strict-Transport-Security"

    assert security_headers(https=True, hsts=hsts(extent)).get(name) == asked
    assert name not in security_headers(https=False, hsts=hsts(extent))


def test_another_extent_is_refused():
    with pytest.raises(ValueError, match="want one of host, subdomains, off"):
        hsts("preload")


def test_the_policy_lets_no_script_run_and_nothing_come_from_elsewhere():
    policy = HEADERS["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert set(re.findall(r"'(\S+)'", policy)) == {"none", "self"}
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy.split("; ")
