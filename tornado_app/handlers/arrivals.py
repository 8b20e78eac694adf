"""Owns what is noted when somebody signs in, for the page that lists their sessions."""

from tornado_app.devices import device_of, shown_user_agent
from tornado_app.handlers.base import BaseHandler
from tornado_app.handlers.ends import note_ends
from tornado_app.sign_ins import Ended, SignIn


async def note_arrival(
    handler: BaseHandler, account_id: str, *, is_new_device: bool
) -> None:
    """Note that *account_id* is signed in to from now on, by this session."""
    headers = handler.request.headers
    user_agent = headers.get("User-Agent", "")
    sign_in = SignIn(
        handle=handler.session.handle,
        account_id=account_id,
        device=device_of(
            user_agent,
            headers.get("Sec-CH-UA-Platform", ""),
            headers.get("Sec-CH-UA", ""),
        ),
        user_agent=shown_user_agent(user_agent),
        address=handler.request.remote_ip or "",
        signed_in_at=handler.now,
        new_device_at=handler.now if is_new_device else None,
    )
    lifetime = handler.site.signed_in_lifetime
    await handler.accounts.note_sign_in(sign_in, lifetime=lifetime)
    over = await _who_gives_way(handler, account_id)
    if over:
        await handler.session.save()  # which ends them
        await note_ends(handler, account_id, over, Ended.ONE_TOO_MANY)


async def _who_gives_way(handler: BaseHandler, account_id: str) -> list[str]:
    """The sessions that the engine ends, once this one is signed in to."""
    most = handler.sessions.policy.max_sessions_per_user
    if most is None:
        return []
    living = await handler.sessions.of_user(account_id)
    others = [info for info in living if info.handle != handler.session.handle]
    others.sort(key=lambda info: info.last_seen_at)
    too_many = max(0, len(others) - (most - 1))
    return [info.handle for info in others[:too_many]]
