"""Owns telling a browser why it is no longer signed in."""

import contextlib
from datetime import tzinfo

from tornado.web import RequestHandler

from tornado_app.accounts import Accounts
from tornado_app.i18n import Language, mark
from tornado_app.sessions import Sessions, StoreUnavailableError
from tornado_app.sessions.cookie import read_cookie
from tornado_app.sessions.ids import handle_of
from tornado_app.sign_ins import Ended, SignIn

_WHY = {
    Ended.REVOKED: mark("Another device of yours signed this one out on %(when)s."),
    Ended.ONE_TOO_MANY: mark(
        "You were signed out here on %(when)s: you signed in on another device, and"
        " that was one more than can be signed in at a time."
    ),
    Ended.PASSWORD_CHANGED: mark(
        "You were signed out here on %(when)s, when the password was changed on another"
        " device."
    ),
    Ended.OPERATOR: mark("This site's operator signed you out here on %(when)s."),
}


async def sign_in_that_ended(
    handler: RequestHandler, sessions: Sessions, accounts: Accounts
) -> SignIn | None:
    """The sign-in of the session that the request names, which is no more.

    None: nobody had signed in to it, or nothing is known of it. Only a cookie that we
    signed names one.
    """
    presented = read_cookie(handler, sessions.policy, sessions.cookies)
    if presented.session_id is None:
        return None
    # Nobody is kept from a page by what it would only have said beside it.
    with contextlib.suppress(StoreUnavailableError):
        return await accounts.sign_in_of(handle_of(presented.session_id))
    return None


def farewell_words(
    sign_in: SignIn, language: Language, zone: tzinfo, *, asks_to_sign_in: bool
) -> str:
    """Why and when *sign_in* ended; empty where it does not need to be said.

    That it ended by itself is only of interest on a page that *asks_to_sign_in*.
    """
    if sign_in.ended in _WHY and sign_in.ended_at is not None:
        when = language.moment(sign_in.ended_at, zone)
        return language.translate(_WHY[sign_in.ended]) % {"when": when}
    if sign_in.ended is None and asks_to_sign_in:
        return language.translate(
            "You are no longer signed in here: this was not used for too long, or the"
            " longest time for one sign-in was over."
        )
    return ""
