"""Which sessions another password has ended.

An account's epoch is raised by the very statement that stores another password. A
session keeps the epoch that was read together with the hash its password fitted. One
that is left over from before is not signed in, whatever the sessions' store still has.
"""

from tornado_app.accounts_store import Account
from tornado_app.sessions import Session

_KEY = "epoch"


def keep_epoch(session: Session, account: Account) -> None:
    """Let *session* be signed in to *account* until its epoch is raised."""
    session.pop(_KEY, None)
    if account.epoch:  # most accounts are in their first
        session[_KEY] = account.epoch


def is_of_epoch(session: Session, account: Account) -> bool:
    """Whether the sign-in of *session* is good for *account* as it is now."""
    return bool(session.get(_KEY, 0) == account.epoch)
