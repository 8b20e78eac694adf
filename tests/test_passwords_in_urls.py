"""A wrong URL is refused without a word of the password in it."""

import io
import itertools
import re
from contextlib import redirect_stderr

import pytest

from tornado_app.accounts_url import open_account_store
from tornado_app.errors import OptionError
from tornado_app.operating.program import main as accounts_main
from tornado_app.options import choose
from tornado_app.sessions import open_store
from tornado_app.sessions.operating.program import main as sessions_main

SECRETS = ("SECRET1", "SECRET2")
SCHEMES = (
    *("postgresql", "postgres", "redis", "rediss"),
    *("sqlite", "memory", "mysql", "moving"),
)
# Each reserved character as it is, alone and before an option's like; a % beside it.
PASSWORDS = [
    f"SECRET1{mark}SECRET2"
    for mark in ("#", "/", "?", "@", ":", "|", "?&", "?a=", "/?", "#?", "%", "[", "//")
]
ACCOUNTS = ["u:{}", ":{}", "{}", "u:1/{}", "u:1?{}", "u:1#{}"]
ENDS = ["@h/x", "@h:1/0", "@h", "@h/x?pool=0&cluster=7&sentinel=a", "@h/x?what=1"]
IN_QUERIES = [
    f"{scheme}://h/1?{name}={password}{rest}"
    for scheme in ("postgresql", "redis", "rediss", "sqlite")
    for name in ("password", "sslpassword", "sentinel_password")
    for password in ("SECRET1&SECRET2", "SECRET1#SECRET2", "SECRET1?SECRET2")
    for rest in ("", "&pool=0", "&cluster=7")
]
URLS = [
    f"{scheme}://{account.format(password)}{end}"
    for scheme, account, password, end in itertools.product(
        SCHEMES, ACCOUNTS, PASSWORDS, ENDS
    )
]
SCHEMELESS = [
    f"{begin}{password}@h/x"
    for begin in ("", ":", "//", "//u:", "u:")
    for password in PASSWORDS
]
MOVING = [
    text
    for url in [*URLS, *IN_QUERIES, *SCHEMELESS]
    for text in (f"moving:{url}|sqlite:///a.db", f"moving:sqlite:///a.db|{url}")
]


def refusal(opening, url):
    try:
        opening(url)
    except ValueError as exc:
        return str(exc)
    return ""


@pytest.mark.parametrize("opening", [open_store, open_account_store])
def test_no_wrong_url_tells_a_part_of_its_password(opening):
    told = {url: refusal(opening, url) for url in (*URLS, *IN_QUERIES, *SCHEMELESS)}
    told |= {url: refusal(opening, url) for url in MOVING}

    assert sum(map(bool, told.values())) > 2_000
    leaks = {
        url: text
        for url, text in told.items()
        if any(secret in text.upper() for secret in SECRETS)
    }
    assert leaks == {}


@pytest.mark.parametrize("mark", "#/?@")
@pytest.mark.parametrize("scheme", ["postgresql", "moving:postgresql"])
def test_whoever_forgot_to_encode_a_password_is_told_how_to(scheme, mark):
    url = f"{scheme}://u:SECRET1{mark}SECRET2@h/x"
    if scheme.startswith("moving"):
        url += "|sqlite:///a.db"

    assert re.search(r"write .* password as %", refusal(open_store, url))


@pytest.mark.parametrize(
    "url",
    [
        *(f"postgresql://u:SECRET1{mark}SECRET2@h/x" for mark in "#/?@"),
        *("postgresql://u:SECRET1/x", "postgresql:u:SECRET1@h/x", "//u:SECRET1@h"),
        *("redis://:SECRET1", "SECRET1@h/x", "postgresql://h/x?password=1&SECRET2"),
    ],
)
@pytest.mark.parametrize("name", ["store", "database"])
def test_an_option_s_error_tells_no_part_of_it_either(name, url):
    for texts, environment in (({name: url}, {}), ({}, {f"APP_{name.upper()}": url})):
        with pytest.raises(OptionError) as caught:
            choose(texts, environment)

        assert "SECRET" not in str(caught.value)
        assert "***" not in caught.value.problem, "what says how to write it is whole"


@pytest.mark.parametrize("mark", "#/?@")
@pytest.mark.parametrize(
    ("main", "words"),
    [
        (sessions_main, ["--store", "URL", "stats"]),
        (sessions_main, ["migrate", "--from", "URL", "--to", "sqlite:///a.db"]),
        (accounts_main, ["--database", "URL", "sign-out", "ada"]),
    ],
)
def test_a_command_s_error_tells_no_part_of_it_either(main, words, mark):
    url = f"postgresql://u:SECRET1{mark}SECRET2@h/x"
    errors = io.StringIO()

    with redirect_stderr(errors), pytest.raises(SystemExit):
        main([url if word == "URL" else word for word in words])

    assert "want" in errors.getvalue() or "write" in errors.getvalue()
    assert "SECRET" not in errors.getvalue()


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("postgresql://u:SECRET1@h/x?pool=many", "got 'many'"),
        ("postgresql://u:SECRET1@h/x?shema=a", "unknown option 'shema'"),
        ("redis://u:SECRET1@h/main", "got 'main'"),
        ("mysql://u:SECRET1@h/main", "unknown store 'mysql'"),
    ],
)
def test_what_cannot_be_a_password_s_is_still_quoted(url, part):
    assert part in refusal(open_store, url)
