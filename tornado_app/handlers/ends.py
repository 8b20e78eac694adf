"""Owns ending sessions of who is signed in, with the note of how they ended."""

import logging
from collections.abc import Collection
from typing import TYPE_CHECKING

from tornado_app.sessions import StoreUnavailableError
from tornado_app.sign_ins import Ended

if TYPE_CHECKING:
    from tornado_app.handlers.base import BaseHandler

_log = logging.getLogger(__name__)


async def end_this(handler: "BaseHandler") -> None:
    """End this session, by the wish of who uses it."""
    account, handle = handler.account, handler.session.handle
    handler.session.destroy()
    await handler.session.save()
    handler.account = None
    if account is not None:
        await note_ends(handler, account.id, [handle], Ended.SIGNED_OUT)


async def end_all(
    handler: "BaseHandler", account_id: str, ended: Ended, *, keep: str | None = None
) -> None:
    """End the sessions of an account, all but *keep* (a handle)."""
    living = await handler.sessions.of_user(account_id)
    await handler.sessions.revoke_user(account_id, keep=keep)
    handles = [info.handle for info in living if info.handle != keep]
    await note_ends(handler, account_id, handles, ended)


async def note_ends(
    handler: "BaseHandler", account_id: str, handles: Collection[str], ended: Ended
) -> None:
    """Note how those of *handles* ended that are over for good.

    They are, whether or not it can be noted: nobody is kept from signing out.
    """
    try:
        await handler.accounts.note_ends(account_id, handles, ended)
    except StoreUnavailableError as exc:
        summary = handler._request_summary()
        _log.warning("%s: how sessions ended is not noted: %s", summary, exc)
