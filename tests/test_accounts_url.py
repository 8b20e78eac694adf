"""Which account store a URL names."""

import sys

import pytest

from tornado_app.accounts_url import open_account_store


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "unknown database ''"),
        (
            "mysql://host/db",
            "unknown database 'mysql'; want sqlite:// or postgresql://",
        ),
        ("sqlite:///", "want a file name"),
        ("sqlite://a.db", "want three slashes"),
        ("sqlite:///a.db?mode=ro", "unknown option 'mode'"),
        ("postgresql://host", "want the name of a database"),
        ("postgresql://host/db?schema=A", "want a schema of a-z"),
    ],
)
def test_a_wrong_url_says_what_is_wrong(url, problem):
    with pytest.raises(ValueError, match=problem):
        open_account_store(url)


def test_a_url_names_its_file():
    assert str(open_account_store("sqlite:///var/a.db").path) == "var/a.db"
    assert str(open_account_store("sqlite:////srv/a.db").path) == "/srv/a.db"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_accounts_have_a_schema_of_their_own_in_postgresql(scheme):
    url = f"{scheme}://site@db/site"

    assert open_account_store(url)._schema == "tornado_accounts"
    assert open_account_store(f"{url}?schema=mine")._schema == "mine"


def test_without_the_driver_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    for name in [name for name in sys.modules if "postgresql" in name]:
        monkeypatch.delitem(sys.modules, name)

    with pytest.raises(ValueError, match=r"wants the extra \[postgres\]") as caught:
        open_account_store("postgresql://site:secret@db/site")
    assert "secret" not in str(caught.value)


def test_a_password_is_never_shown():
    with pytest.raises(ValueError, match="unknown option") as caught:
        open_account_store("postgresql://site:secret@db/site?mode=ro")

    assert "secret" not in str(caught.value)
