"""The making of links that reset a forgotten password."""

from datetime import datetime, timedelta

from tornado_app.accounts_store import AccountStore
from tornado_app.resets import ResetOffer, new_token, token_digest
from tornado_app.usernames import username_key


async def offer_reset(
    store: AccountStore, username: str, *, lifetime: timedelta, now: datetime
) -> ResetOffer | None:
    """Make a link in place of older ones; None: nobody has that name.

    It is good once and for *lifetime*. Raises `StoreUnavailableError`.
    """
    account = await store.find_named(username_key(username))
    if account is None:
        return None
    offer = ResetOffer(
        token=new_token(), username=account.username, ends_at=now + lifetime
    )
    kept = await store.offer_reset(
        account.id, token_digest(offer.token), ends_at=offer.ends_at, now=now
    )
    return offer if kept else None
