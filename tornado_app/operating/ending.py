"""The commands that end what somebody can do."""

import sys
from argparse import Namespace

from tornado_app.accounts_store import Account, AccountStore
from tornado_app.audit_acts import note_act
from tornado_app.audit_events import Event
from tornado_app.operating.opening import find, opened
from tornado_app.sessions.manager import utc_now
from tornado_app.sessions.operating.exit_codes import DONE, NOTHING_MATCHED
from tornado_app.sessions.operating.opening import opened as opened_sessions
from tornado_app.sessions.operating.progress import Progress
from tornado_app.sessions.stores import SessionStore
from tornado_app.sign_ins import Ended

_AGAIN = "Some sessions may have ended; run it again."


def is_confirmed(asked: Namespace) -> bool:
    """Ask, where nothing brings it back, whether to go on."""
    if asked.name != "delete" or asked.yes:
        return True
    print(
        f"This deletes the account of {asked.username!r}. Type the name to go on: ",
        end="",
        flush=True,
    )
    typed = sys.stdin.readline().strip()
    return bool(typed == asked.username.strip())


async def sign_out(asked: Namespace, progress: Progress) -> int:
    """End all sessions of an account."""
    async with (
        opened(asked.accounts) as accounts,
        opened_sessions(asked.store) as sessions,
    ):
        account = await find(accounts, asked.username)
        if account is None:
            return NOTHING_MATCHED
        progress.done = _AGAIN
        count = await _end_sessions(account, accounts, sessions)
    print(f"{count:,} ended.")
    return DONE


async def delete(asked: Namespace, progress: Progress) -> int:
    """End all sessions of an account, then delete it."""
    async with (
        opened(asked.accounts) as accounts,
        opened_sessions(asked.store) as sessions,
    ):
        account = await find(accounts, asked.username)
        if account is None:
            return NOTHING_MATCHED
        progress.done = _AGAIN
        count = await _end_sessions(account, accounts, sessions)
        await accounts.delete(account.id)
        note_act(Event.USER_DELETED, "", account.id)
        progress.done = "The account is deleted."
        # Somebody may have signed in in between; from now on nobody can.
        count += await sessions.delete_user(account.id, now=utc_now(), keep=None)
    print(f"The account of {account.username!r} is deleted; {count:,} ended.")
    return DONE


async def _end_sessions(
    account: Account, accounts: AccountStore, sessions: SessionStore
) -> int:
    """End them; their owner is told by whom."""
    now = utc_now()
    handles = [each.handle for each in await sessions.of_user(account.id, now=now)]
    count = await sessions.delete_user(account.id, now=now, keep=None)
    if count:
        note_act(Event.SESSION_EXPIRED, account.id, "revoked", count=count)
    await accounts.note_ends(account.id, handles, Ended.OPERATOR, now=now)
    return count
