"""Which store a URL names, and what is said of one that names none."""

from pathlib import Path

import pytest

from tornado_app.sessions import MemoryStore, SQLiteStore, open_store


def refusal(url):
    with pytest.raises(ValueError, match=r".") as caught:
        open_store(url)
    return str(caught.value)


def test_a_store_in_memory():
    assert isinstance(open_store("memory://"), MemoryStore)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///sessions.db", "sessions.db"),
        ("sqlite:///var/sessions.db", "var/sessions.db"),
        ("sqlite:////srv/sessions.db", "/srv/sessions.db"),
        ("sqlite:///a%20b%3F%23%25.db", "a b?#%.db"),
        ("sqlite:///Zo%C3%AB.db", "Zoë.db"),
        ("sqlite:///Zoë.db", "Zoë.db"),
        ("sqlite:///../sessions.db", "../sessions.db"),
        ("SQLite:///sessions.db", "sessions.db"),
        ("sqlite:///sessions.db?durability=full", "sessions.db"),
        ("sqlite:///sessions.db?durability=normal", "sessions.db"),
    ],
)
def test_a_store_in_a_file(url, path):
    store = open_store(url)

    assert isinstance(store, SQLiteStore)
    assert store._path == Path(path)


@pytest.mark.parametrize(
    ("url", "durability"), [("", "full"), ("?durability=normal", "normal")]
)
def test_a_file_is_power_safe_unless_the_url_says_otherwise(url, durability):
    assert open_store(f"sqlite:///sessions.db{url}")._durability == durability


async def test_nothing_is_opened_before_the_store_is_entered(tmp_path):
    path = tmp_path / "sessions.db"
    store = open_store(f"sqlite:///{path}")
    assert not path.exists()

    async with store:
        assert path.exists()


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("", "unknown store ''"),
        ("sessions.db", "unknown store 'sessions.db'"),
        ("mysql://localhost", "unknown store 'mysql'"),
        ("file:///sessions.db", "unknown store 'file'"),
        ("://", "unknown store"),
        ("memory", "unknown store 'memory'"),
        ("memory://x", "memory:// with nothing behind it"),
        ("memory:///x", "memory:// with nothing behind it"),
        ("memory://?a=1", "memory:// with nothing behind it"),
        ("memory://#a", "memory:// with nothing behind it"),
        ("sqlite:", "want a file name in sqlite:///FILE"),
        ("sqlite://", "want a file name in sqlite:///FILE"),
        ("sqlite:///", "want a file name in sqlite:///FILE"),
        ("sqlite:////", "want a file name in sqlite:///FILE"),
        ("sqlite:///var/", "want a file name in sqlite:///FILE"),
        ("sqlite:///a%00b", "want a file name in sqlite:///FILE"),
        ("sqlite:///?durability=full", "want a file name in sqlite:///FILE"),
        ("sqlite://sessions.db", "want three slashes for a relative file"),
        ("sqlite://var/sessions.db", "sqlite:///var/sessions.db"),
        ("sqlite:///a#b.db", "write # in a file name as %23"),
        ("sqlite:///a.db?mode=ro", "unknown option 'mode'"),
        ("sqlite:///a.db?Durability=full", "unknown option 'Durability'"),
        ("sqlite:///a.db?durability=off", "want durability full or normal, got 'off'"),
        ("sqlite:///a.db?durability=", "want durability full or normal, got ''"),
        (
            "sqlite:///a.db?durability=normal&durability=off",
            "want durability full or normal, got 'off'",
        ),
    ],
)
def test_a_wrong_url_is_refused_and_its_wrong_part_named(url, part):
    assert part in refusal(url)


def test_an_unknown_store_is_answered_with_those_that_are_known():
    message = refusal("mysql://localhost")

    for scheme in ("sqlite://", "memory://", "postgresql://", "redis://", "rediss://"):
        assert scheme in message


@pytest.mark.parametrize("url", ["sqlite://[/a.db", "postgresql://[host/db"])
def test_a_url_with_half_a_bracket_is_refused(url):
    refusal(url)
