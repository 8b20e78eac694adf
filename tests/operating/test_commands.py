"""What the commands on accounts do."""

import hashlib
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from tornado_app.sign_ins import Ended

BASE = ("--base-url", "https://example.org/")


def test_a_link_is_printed_once_and_only_its_digest_is_kept(command, tmp_path):
    command.files.keep("ada", "bea")

    code, output, errors = command("reset-link", "ADA", *BASE)

    assert code == 0
    token = re.fullmatch(r"https://example\.org/reset/([A-Za-z0-9_-]{43})\n", output)[1]
    assert "'Ada', once, until" in errors
    assert token not in errors
    digest = hashlib.sha256(token.encode()).digest()
    owner = command.files.ask(
        lambda db, _: db.account_of_reset(digest, now=datetime.now(UTC))
    )
    assert owner == "ada"
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert token.encode() not in kept


@pytest.mark.parametrize(
    ("words", "lifetime"),
    [((), timedelta(hours=1)), (("--lifetime=90s",), timedelta(seconds=90))],
)
def test_a_link_is_good_for_as_long_as_is_asked(command, words, lifetime):
    command.files.keep("ada")

    before = datetime.now(UTC)
    _, output, _ = command("reset-link", "ada", *BASE, *words)
    after = datetime.now(UTC)

    digest = hashlib.sha256(output.strip().rpartition("/")[2].encode()).digest()

    async def owners(accounts, _):
        return [
            await accounts.account_of_reset(digest, now=at + lifetime)
            for at in (before, after)
        ]

    assert command.files.ask(owners) == ["ada", None]


@pytest.mark.parametrize(
    "words",
    [
        ("--base-url", "example.org"),
        ("--base-url", "ftp://example.org"),
        ("--base-url", "https://example.org/?a=b"),
        ("--base-url", "https://ada@example.org/"),
        (*BASE, "--lifetime", "25h"),
        (*BASE, "--lifetime", "0s"),
        (*BASE, "--lifetime", "5"),
    ],
)
def test_what_would_make_no_good_link_is_a_wrong_argument(command, words):
    command.files.keep("ada")

    code, output, errors = command("reset-link", "ada", *words)

    assert (code, output) == (2, "")
    assert f"argument {words[-2]}: want" in errors


@pytest.mark.parametrize("word", ["reset-link", "sign-out", "delete"])
def test_nobody_of_that_name_is_told_by_the_exit_code(command, word):
    command.files.keep("ada")
    words = ("--yes",) if word == "delete" else ()
    words = BASE if word == "reset-link" else words

    code, output, errors = command(word, "bea", *words, store=word != "reset-link")

    assert (code, output) == (3, "")
    assert errors == "Nobody has the user name 'bea'.\n"


def test_signing_somebody_out_ends_all_their_sessions_and_says_who_did(command):
    command.files.keep("ada", "bea")

    code, output, _ = command("sign-out", "Ada", store=True)

    assert (code, output) == (0, "2 ended.\n")
    assert command.files.sessions("ada") == []
    ends = [each.ended for each in command.files.sign_ins("ada")]
    assert ends == [Ended.OPERATOR, Ended.OPERATOR]
    assert len(command.files.sessions("bea")) == 2
    assert command.files.account("ada")


def test_deleting_an_account_ends_all_its_sessions(command):
    command.files.keep("ada", "bea")

    code, output, _ = command("delete", "ada", "--yes", store=True)

    assert (code, output) == (0, "The account of 'Ada' is deleted; 2 ended.\n")
    assert command.files.account("ada") is None
    assert command.files.sessions("ada") == []
    assert command.files.sign_ins("ada") == []
    assert command.files.account("bea")
    assert len(command.files.sessions("bea")) == 2


def test_who_could_not_be_signed_out_is_not_deleted(command, tmp_path):
    command.files.keep("ada")
    with closing(sqlite3.connect(tmp_path / "sessions.db")) as database:
        database.execute(
            "CREATE TRIGGER stubborn BEFORE DELETE ON sessions"
            " BEGIN SELECT RAISE(ABORT, 'not now'); END"
        )

    code, output, errors = command("delete", "ada", "--yes", store=True)

    assert (code, output) == (1, "")
    assert "Some sessions may have ended; run it again." in errors
    assert command.files.account("ada")
