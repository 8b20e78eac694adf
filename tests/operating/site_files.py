"""The files of a site that stands still, with what the commands say about them."""

import asyncio
from datetime import UTC, datetime, timedelta

from tests.contracts.accounts.made import account, sign_in
from tornado_app.accounts_url import open_account_store
from tornado_app.operating.program import main
from tornado_app.sessions import open_store
from tornado_app.sessions.record import Create
from tornado_app.sessions.testing import make_record

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


class Files:
    """Accounts and sessions, each in an SQLite file."""

    def __init__(self, folder):
        self.database = f"sqlite:///{folder}/accounts.db"
        self.store = f"sqlite:///{folder}/sessions.db"

    def keep(self, *names):
        """Make an account for each name, with two sessions."""

        async def run(accounts, sessions):
            for name in names:
                assert await accounts.add(account(name), key=name, now=NOW)
                records = [record(name), record(name)]
                await sessions.apply(list(map(Create, records)))
                for each in records:
                    noted = sign_in(each.handle, name, at=NOW)
                    await accounts.note_sign_in(noted, forget_before=NOW - DAY)

        self.ask(run)

    def ask(self, question):
        """What an async function of the accounts and sessions answers."""

        async def run():
            async with (
                open_account_store(self.database, may_lead=False) as accounts,
                open_store(self.store, may_lead=False) as sessions,
            ):
                return await question(accounts, sessions)

        return asyncio.run(run())

    def account(self, name):
        return self.ask(lambda accounts, _: accounts.find(name))

    def sessions(self, name):
        return self.ask(lambda _, sessions: sessions.of_user(name, now=NOW))

    def sign_ins(self, name):
        return self.ask(lambda accounts, _: accounts.sign_ins_of(name))


def record(user):
    return make_record(
        user=user, started_at=NOW - DAY, last_seen_at=NOW, expires_at=NOW + DAY
    )


class Commands:
    """Runs commands in this process; answers code, output, errors."""

    def __init__(self, files, capsys):
        self.files = files
        self._capsys = capsys

    def __call__(self, *words, store=False):
        self._capsys.readouterr()
        urls = ["--store", self.files.store] if store else []
        try:
            code = main(["--database", self.files.database, *words, *urls])
        except SystemExit as exc:
            code = exc.code
        return code, *self._capsys.readouterr()
