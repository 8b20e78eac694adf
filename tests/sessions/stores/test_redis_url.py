"""What a redis:// URL can say, with the words for one that is wrong."""

import sys

import pytest

from tornado_app.sessions import open_store
from tornado_app.sessions.stores.redis_url import RedisPlace, parse
from tornado_app.sessions.stores.urls import split


def place(url):
    return parse(split(url))


def test_a_short_url_means_the_usual_port_database_and_prefix():
    assert place("redis://cache") == RedisPlace(hosts=(("cache", 6379),))


def test_a_long_url_says_who_and_where():
    assert place("redis://ap%40p:p%3Aw@[::1]:7000/3?prefix=shop&replicas=1") == (
        RedisPlace(
            hosts=(("::1", 7000),),
            database=3,
            username="ap@p",
            password="p:w",
            prefix="shop",
            replicas=1,
        )
    )


def test_tls_has_its_own_scheme_and_files():
    got = place("rediss://:pw@cache?ca=/ca.pem&cert=/c.pem&key=/k.pem")

    assert (got.tls, got.ca, got.cert, got.key) == (
        *(True, "/ca.pem"),
        *("/c.pem", "/k.pem"),
    )
    assert (got.username, got.password) == (None, "pw")


def test_sentinels_are_hosts_that_know_a_masters_name():
    got = place("redis://s1,s2:7000/2?sentinel=main&sentinel_password=x")

    assert got.hosts == (("s1", 26379), ("s2", 7000))
    assert (got.sentinel, got.sentinel_password, got.database) == ("main", "x", 2)


def test_a_cluster_is_named_by_some_of_its_nodes():
    got = place("redis://h1,h2:7000/?cluster=1")

    assert got.hosts == (("h1", 6379), ("h2", 7000))
    assert got.cluster


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis://", "got '' as the host"),
        ("redis://h1,,h2?cluster=1", "got '' as the host"),
        ("redis://h:port", "want redis://HOST:PORT"),
        ("redis://h:0", "want a port from 1 to 65535"),
        ("redis://h:65536", "want a port from 1 to 65535"),
        ("redis://h/main", "got 'main' as the database"),
        ("redis://h/1/2", "got '1/2' as the database"),
        ("redis://h/-1", "got '-1' as the database"),
        ("redis://h#1", "no #fragment"),
        ("redis://h?ttl=1", "unknown option 'ttl'"),
        ("redis://h?prefix=", "want a value for the option 'prefix'"),
        ("redis://h?prefix={a}", "letters, digits"),
        ("redis://h?prefix=a*", "letters, digits"),
        ("redis://h?cluster=yes", "want cluster=0 to 1, got 'yes'"),
        ("redis://h?replicas=-1", "want replicas=0 to 100, got '-1'"),
        ("redis://h1,h2", "want cluster=1 or sentinel=MASTER"),
        ("redis://h?cluster=1&sentinel=m", "not both"),
        ("redis://h/1?cluster=1", "only database 0, got 1"),
        ("redis://h?sentinel_password=x", "want sentinel=MASTER"),
        ("redis://h?ca=/ca.pem", "want rediss://"),
    ],
)
def test_a_wrong_url_is_told_what_is_wrong_with_it(url, words):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (its words are what counts)
        open_store(url)

    assert words in str(caught.value)


def test_no_error_tells_the_password():
    for url in ("redis://me:hush@h:x", "redis://me:hush@h/x", "redis://:hush@h?x=1"):
        with pytest.raises(ValueError) as caught:  # noqa: PT011
            open_store(url)
        assert "hush" not in str(caught.value)


def test_a_missing_driver_names_the_extra(monkeypatch):
    for name in list(sys.modules):
        if name.startswith("tornado_app.sessions.stores.redis"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "redis", None)
    monkeypatch.setitem(sys.modules, "redis.exceptions", None)
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)

    with pytest.raises(ValueError, match=r"redis:// wants the extra \[redis\]"):
        open_store("redis://localhost")
