"""What a postgresql:// URL says, and which part of a wrong one is named."""

import subprocess
import sys

import pytest

from tornado_app.sessions import open_store
from tornado_app.sessions.stores.postgresql import PostgreSQLStore
from tornado_app.sessions.stores.postgresql_url import parse
from tornado_app.sessions.stores.urls import split


def read(url):
    return parse(split(url))


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_both_names_of_the_scheme_open_the_store(scheme):
    assert isinstance(open_store(f"{scheme}://db.example/site"), PostgreSQLStore)


def test_what_is_not_said_has_a_default():
    place = read("postgresql://ada@db.example/site")

    assert place.urls == ("postgresql://ada@db.example/site",)
    assert (place.schema, place.pool, place.statement_cache) == (
        "tornado_sessions",
        5,
        100,
    )


def test_our_options_are_ours_and_the_drivers_are_passed_on():
    place = read(
        "postgresql://db/site?schema=mine&sslmode=require&pool=2&statement_cache=0"
    )

    assert place.urls == ("postgresql://db/site?sslmode=require",)
    assert (place.schema, place.pool, place.statement_cache) == ("mine", 2, 0)


def test_of_several_hosts_each_comes_first_once():
    assert read("postgresql://ada:x@a,b:5433,[::1]:5434/site").urls == (
        "postgresql://ada:x@a,b:5433,[::1]:5434/site",
        "postgresql://ada:x@b:5433,[::1]:5434,a/site",
        "postgresql://ada:x@[::1]:5434,a,b:5433/site",
    )


def test_a_socket_is_named_by_its_folder():
    place = read("postgresql:///site?host=/run/postgresql")

    assert place.urls == ("postgresql:///site?host=/run/postgresql",)


WRONG = {
    "postgresql://db": "the name of a database",
    "postgresql://db/": "the name of a database",
    "postgresql://db/a/b": "the name of a database",
    "postgresql://db:0/site": "a port from 1 to 65535",
    "postgresql://db:65536/site": "a port from 1 to 65535",
    "postgresql://db:five/site": "HOST or HOST:PORT",
    "postgresql://a,b:c/site": "HOST or HOST:PORT",
    "postgresql://ada:p@ss@db/site": "write @ in a user or password as %40",
    "postgresql://ada:pass@db/site#1": "write # in a password as %23",
    "postgresql://db/site?shema=x": "unknown option 'shema'",
    "postgresql://db/site?schema=": "a schema of a-z, 0-9, _ .* got ''",
    "postgresql://db/site?schema=My": "got 'My'",
    "postgresql://db/site?schema=pg_own": "got 'pg_own'",
    'postgresql://db/site?schema=a"b': "got 'a\"b'",
    "postgresql://db/site?pool=0": "pool as a whole number from 1, got '0'",
    "postgresql://db/site?pool=many": "pool as a whole number from 1, got 'many'",
    "postgresql://db/site?statement_cache=-1": "statement_cache as a whole number",
    "postgresql://db/site?sslmode=on": "sslmode as one of disable, .* got 'on'",
}


@pytest.mark.parametrize("url", WRONG)
def test_a_wrong_url_is_refused_with_the_part_that_is_wrong(url):
    with pytest.raises(ValueError, match=WRONG[url]):
        open_store(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada:hidden@db/site?pool=0",
        "postgresql://ada:hidden@db/",
        "postgresql://ada:hidden@db/site#",
        "postgresql://ada:hidden@db:0/site",
        "postgresql://db/site?password=hidden&pool=0",
        "postgresql://db/site?sslpassword=hidden&what=1",
    ],
)
def test_no_message_shows_a_password(url):
    try:
        message = read(url).shown
        assert "..." in message
    except ValueError as exc:
        message = str(exc)

    assert "hidden" not in message


WITHOUT_DRIVER = """
import sys
sys.modules["asyncpg"] = None
from tornado_app.sessions import open_store
for url in "memory://", "postgresql://db", "postgresql://db/site":
    try:
        open_store(url)
    except ValueError as exc:
        print(exc)
"""


def test_without_the_driver_other_stores_work_and_the_extra_is_named():
    printed = subprocess.run(
        [sys.executable, "-c", WITHOUT_DRIVER],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()

    assert len(printed) == 2
    assert "the name of a database" in printed[0]
    assert printed[1].startswith(
        "postgresql:// wants the extra [postgres]: pip install 'tornado-app[postgres]'"
    )
