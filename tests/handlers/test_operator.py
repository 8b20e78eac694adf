"""The operator's commands beside a running site."""

import asyncio
from datetime import UTC, datetime

import pytest

from tests.handlers.signing import PASSWORD
from tornado_app.operating.program import main

OTHER = "another horse, another battery"


@pytest.fixture
def command(accounts_file, database, capsys, monkeypatch):
    monkeypatch.setenv("APP_AUDIT_LOG", "none")

    async def run(*words, store=True):
        urls = ["--database", f"sqlite:///{accounts_file}"]
        if store:
            urls += ["--store", f"sqlite:///{database}"]
        # `main` runs a loop of its own, as in a process of its own.
        assert await asyncio.to_thread(main, [*words, *urls]) == 0
        return capsys.readouterr().out

    return run


async def test_a_link_leads_to_another_password(ada, bea, command, clock, base_url):
    await ada.signs_up()
    await ada.signs_out()
    link = await command("reset-link", "ada", "--base-url", base_url, store=False)
    path = link.strip().removeprefix(base_url)

    clock.now = datetime.now(UTC)  # as the command reads it
    await bea.get(path)
    answer = await bea.post(path, {"password": OTHER})

    assert answer.code == 303
    assert (await ada.signs_in(password=PASSWORD)).code == 403
    assert (await ada.signs_in(password=OTHER)).code == 303


async def test_who_is_signed_out_by_the_operator_is_out_at_once(ada, command):
    await ada.signs_up()
    assert await ada.is_signed_in()

    assert await command("sign-out", "ada") == "1 ended.\n"

    assert not await ada.is_signed_in()
    assert (await ada.signs_in()).code == 303


async def test_who_is_deleted_is_out_at_once_on_every_device(ada, bea, command):
    await ada.signs_up()
    await bea.signs_in()

    await command("delete", "ada", "--yes")

    for person in (ada, bea):
        assert not await person.is_signed_in()
    assert (await ada.signs_in()).code == 403
