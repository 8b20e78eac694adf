"""Tests of the security headers."""

from tornado_app.security import security_headers


def test_https_is_asked_for_a_year_but_only_over_https():
    assert security_headers(https=True)["Strict-Transport-Security"] == (
        "max-age=31536000"
    )
    assert "Strict-Transport-Security" not in security_headers(https=False)
