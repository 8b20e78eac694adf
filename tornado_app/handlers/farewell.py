"""Owns finding out whether another device ended the session of this browser."""

import contextlib
from datetime import datetime

from tornado.web import RequestHandler

from tornado_app.accounts import Accounts
from tornado_app.sessions import Sessions, StoreUnavailableError
from tornado_app.sessions.cookie import read_cookie
from tornado_app.sessions.ids import handle_of
from tornado_app.sign_ins import Ended


async def ended_elsewhere_at(
    handler: RequestHandler, sessions: Sessions, accounts: Accounts
) -> datetime | None:
    """When another device ended the session that the request names; None: none did.

    Only a cookie that we signed names one.
    """
    presented = read_cookie(handler, sessions.policy, sessions.cookies)
    if presented.session_id is None:
        return None
    # Nobody is kept from a page by what it would only have said beside it.
    with contextlib.suppress(StoreUnavailableError):
        sign_in = await accounts.sign_in_of(handle_of(presented.session_id))
        if sign_in is not None and sign_in.ended is Ended.REVOKED:
            return sign_in.ended_at
    return None
