"""How the operator ends sessions."""

import io

import pytest

from .site_file import DAY, NOW, keep, record, stored


def test_revoking_by_handle_ends_these_and_no_other(url, command):
    one, two, other = record(), record(user="ada"), record()
    keep(url, one, two, other)

    code, output, _ = command("revoke", one.handle, two.handle)

    assert (code, output) == (0, "2 ended.\n")
    assert list(stored(url)) == [other.handle]


def test_revoking_what_is_not_there_matches_nothing(url, command):
    keep(url, record())

    code, output, errors = command("revoke", "A" * 16)

    assert (code, output) == (3, "0 ended.\n")
    assert errors == "No session has the handle AAAAAAAAAAAAAAAA.\n"


def test_a_handle_that_is_named_twice_ends_once(url, command):
    one = record()
    keep(url, one)

    assert command("revoke", one.handle, one.handle)[:2] == (0, "1 ended.\n")


def test_revoking_a_user_ends_all_of_theirs(url, command):
    other = record(user="bob")
    keep(url, record(user="ada"), record(user="ada"), other)

    assert command("revoke", "--user", "ada")[:2] == (0, "2 ended.\n")
    assert list(stored(url)) == [other.handle]
    assert command("revoke", "--user", "ada")[0] == 3


def test_revoking_all_asks_first(url, command, monkeypatch):
    keep(url, record(), record())

    for said in ("", "yes\n", "ALL\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(said))
        code, _, errors = command("revoke", "--all")
        assert code == 3
        assert errors == "Nothing was done.\n"
    assert len(stored(url)) == 2

    monkeypatch.setattr("sys.stdin", io.StringIO("all\n"))
    code, output, _ = command("revoke", "--all")
    assert code == 0
    assert output.endswith("2 ended.\n")
    assert stored(url) == {}


def test_revoking_all_can_be_told_not_to_ask(url, command):
    keep(url, record())

    assert command("revoke", "--all", "--yes")[:2] == (0, "1 ended.\n")


@pytest.mark.parametrize(
    "words",
    [[], ["--all", "--user", "ada"], ["A" * 16, "--all"], ["short"], ["ä" * 16]],
)
def test_it_must_be_clear_whose_sessions_end(url, command, words):
    one = record(user="ada")
    keep(url, one)

    assert command("revoke", *words)[0] == 2
    assert list(stored(url)) == [one.handle]


def test_the_sweep_takes_all_that_is_expired(url, command):
    live = record()
    keep(url, live, *(record(expires_at=NOW - DAY) for _ in range(450)))

    code, output, _ = command("sweep")

    assert (code, output) == (0, "450 expired sessions are gone.\n")
    assert list(stored(url)) == [live.handle]
