"""The command that copies accounts to another database."""

import sys
from argparse import Namespace

from tornado_app.accounts_store import Account, AccountStore
from tornado_app.kept_accounts import KeptAccount
from tornado_app.operating.opening import opened
from tornado_app.sessions.operating.exit_codes import CHANGED_MEANWHILE, DONE
from tornado_app.sessions.operating.progress import Progress

_BATCH = 50


async def run(asked: Namespace, progress: Progress) -> int:
    """Copy all accounts; those that are there already are left as they are."""
    async with (
        opened(asked.source) as source,
        opened(asked.target, may_be_new=True) as target,
    ):
        differing = await _Copy(source, target, progress).run()
    print(progress.done)
    return CHANGED_MEANWHILE if differing else DONE


class _Copy:
    """A copy on its way."""

    def __init__(
        self, source: AccountStore, target: AccountStore, progress: Progress
    ) -> None:
        self._source = source
        self._target = target
        self._progress = progress
        self._copied = self._known = self._differing = 0

    async def run(self) -> int:
        """Copy; return how many accounts are not there as they are here."""
        self._say()
        after = ""
        while batch := await self._source.kept(after=after, limit=_BATCH):
            for kept in batch:
                await self._take(kept)
                self._say()
            after = batch[-1].id
        return self._differing

    async def _take(self, kept: KeptAccount) -> None:
        if await self._target.restore(kept):
            self._copied += 1
            return
        here = await self._source.find(kept.id)
        if here is None or here == await self._target.find(kept.id):
            self._known += 1
            return
        self._differing += 1
        print(_reason(here), file=sys.stderr)

    def _say(self) -> None:
        self._progress.done = (
            f"Copied: {self._copied:,}. There already: {self._known:,}."
            f" Left out: {self._differing:,}."
        )


def _reason(account: Account) -> str:
    return f"{account.username!r} was left out: there is another account in its place."
