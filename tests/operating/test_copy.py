"""The command that copies accounts to another database."""

import asyncio

import pytest

from tests.servers.postgresql_shared import empty_store_url
from tornado_app.accounts_url import open_account_store

FRESH = {
    "sqlite": lambda folder: f"sqlite:///{folder}/new.db",
    "postgresql": lambda folder: empty_store_url(),
}


@pytest.fixture(params=FRESH)
def target(request, tmp_path):
    return FRESH[request.param](tmp_path)


@pytest.fixture
def copy(command, target):
    def run(source=command.files.database, target=target):
        return command("copy", "--from", source, "--to", target)

    return run


def ask(url, question):
    async def run():
        async with open_account_store(url, may_lead=False) as accounts:
            return await question(accounts)

    return asyncio.run(run())


def held(url):
    """All that a database keeps of its accounts, in an order of ours."""
    kept = ask(url, lambda accounts: accounts.kept(after="", limit=999))
    return [
        (each.account, sorted(each.preferences), sorted(each.sign_ins)) for each in kept
    ]


def test_every_account_is_there_as_it_was(copy, command, target):
    names = [f"user {n:03}" for n in range(120)]
    command.files.keep(*names)
    ask(command.files.database, lambda db: db.prefer("user 007", {"theme": "dark"}))

    code, output, errors = copy()

    assert (code, errors) == (0, "")
    assert output == "Copied: 120. There already: 0. Left out: 0.\n"
    assert held(target) == held(command.files.database)
    assert ask(target, lambda db: db.find_named("user 007")) == command.files.account(
        "user 007"
    )


def test_the_same_file_spelt_differently_is_no_target(copy, command):
    code, _, errors = copy(target=f"{command.files.database}?durability=normal")

    assert code == 2
    assert "name the same database" in errors


def test_a_copy_goes_on_where_it_was_and_back_again(copy, command, target):
    command.files.keep("ada", "bea")
    copy()
    command.files.keep("carl")

    assert copy()[:2] == (0, "Copied: 1. There already: 2. Left out: 0.\n")

    code, output, _ = copy(source=target, target=command.files.database)
    assert (code, output) == (0, "Copied: 0. There already: 3. Left out: 0.\n")


def test_other_accounts_are_left_alone_and_told(copy, command, target):
    command.files.keep("ada", "bea", "carl")
    copy()
    ask(target, lambda db: db.prefer("ada", {"theme": "dark"}))
    ask(target, lambda db: db.delete("carl"))

    code, output, errors = copy()

    assert code == 4
    assert output == "Copied: 1. There already: 1. Left out: 1.\n"
    assert errors == "'Ada' was left out: there is another account in its place.\n"
    assert ask(target, lambda db: db.find("ada")).preferences == {"theme": "dark"}


def test_wrong_places_are_wrong_arguments(command, copy, tmp_path):
    assert copy(target=command.files.database)[0] == 2
    assert copy(target="memory://")[0] == 2
    code, _, errors = copy()

    assert code == 1
    assert "there is no such file" in errors
    assert list(tmp_path.iterdir()) == []
