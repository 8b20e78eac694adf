"""Owns saving what is only said or kept beside what somebody asked for."""

import logging
from typing import TYPE_CHECKING

from tornado_app.sessions import SessionGoneError, StoreUnavailableError

if TYPE_CHECKING:
    from tornado_app.handlers.base import BaseHandler

_log = logging.getLogger(__name__)


async def save_beside(handler: "BaseHandler", what: str) -> bool:
    """Save the session, or forget all that was to be saved of it; tell which.

    A disk that takes nothing more in keeps nobody from signing out. *what* is lost, as
    the log then says; of a session that has ended it says nothing. Raises
    StoreUnavailableError if the store does not answer at all.
    """
    try:
        try:
            await handler.session.save()
        except StoreUnavailableError as exc:
            await handler.session.reload()
            summary = handler._request_summary()
            _log.warning("%s: %s could not be kept: %s", summary, what, exc)
            return False
    except SessionGoneError:
        return False
    return True
