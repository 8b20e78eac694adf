"""Tests of the names that the site answers to."""

import pytest

from tornado_app.hosts import Hosts, host_names, is_loopback
from tornado_app.option_values import show

LOOPBACK = ["localhost", "app.site.localhost", "127.0.0.1", "127.9.9.9", "[::1]"]
FOREIGN = ["example.org", "localhost.example.org", "notlocalhost", "10.0.0.1", "[::2]"]


@pytest.mark.parametrize("name", LOOPBACK)
def test_a_private_site_answers_to_the_names_of_its_machine(name):
    assert is_loopback(name)
    assert Hosts(private=True).answers_to(name)


@pytest.mark.parametrize("name", [*FOREIGN, "", "0.0.0.1", "127.0.0.1.example.org"])
def test_a_private_site_answers_to_no_other_name(name):
    assert not is_loopback(name)
    assert not Hosts(private=True).answers_to(name)


@pytest.mark.parametrize("name", [*LOOPBACK, *FOREIGN])
def test_a_site_that_is_not_private_answers_to_any_name_until_it_has_some(name):
    assert Hosts(private=False).answers_to(name)
    assert Hosts(host_names("*"), private=True).answers_to(name)


@pytest.mark.parametrize("private", [True, False])
def test_names_that_were_given_are_the_only_ones_beside_the_machine_s(private):
    hosts = Hosts(host_names("example.org, 10.0.0.1, ::2"), private=private)

    for name in ("example.org", "example.org.", "10.0.0.1", "[::2]", *LOOPBACK):
        assert hosts.answers_to(name), name
    for name in ("www.example.org", "example.org.evil.example", "10.0.0.2", "[::3]"):
        assert not hosts.answers_to(name), name


def test_a_star_stands_for_every_name_below_and_not_for_the_name_itself():
    hosts = Hosts(host_names("*.example.org"), private=False)

    assert hosts.answers_to("a.example.org")
    assert hosts.answers_to("a.b.example.org")
    assert not hosts.answers_to("example.org")
    assert not hosts.answers_to("badexample.org")


def test_names_are_read_without_regard_to_capitals_and_blanks():
    assert host_names(" Example.ORG ,, *.b.example ") == ("example.org", "*.b.example")
    assert host_names("") == ()


def test_what_is_shown_is_read_as_the_same():
    names = host_names("example.org,*.example.org,[::2],10.0.0.1")

    assert host_names(show(names)) == names


@pytest.mark.parametrize(
    "text",
    [
        *("example.org:8888", "http://example.org", "example.org/", "a b", "ä.example"),
        *("a.*.example", "*example.org", ".example.org", "-a.example", "a\nb", "**"),
    ],
)
def test_what_is_no_host_name_is_refused(text):
    with pytest.raises(ValueError, match="want host names without port"):
        host_names(text)
