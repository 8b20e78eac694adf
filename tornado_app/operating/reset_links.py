"""The command that makes a link for who forgot the password."""

import sys
from argparse import Namespace

from tornado_app.audit_acts import note_act
from tornado_app.audit_events import Event
from tornado_app.operating.opening import opened, print_nobody
from tornado_app.reset_offers import offer_reset
from tornado_app.resets import ResetOffer
from tornado_app.sessions.manager import utc_now
from tornado_app.sessions.operating.exit_codes import DONE, NOTHING_MATCHED
from tornado_app.sessions.operating.listing import shown
from tornado_app.sessions.operating.progress import Progress
from tornado_app.usernames import username_key


async def run(asked: Namespace, progress: Progress) -> int:
    """Print a link, which is shown once and kept nowhere."""
    async with opened(asked.accounts) as accounts:
        progress.done = "An older link may be void; run it again."
        offer = await offer_reset(
            accounts, asked.username, lifetime=asked.lifetime, now=utc_now()
        )
        account = await accounts.find_named(username_key(asked.username))
    if offer is None or account is None:
        print_nobody(asked.username)
        return NOTHING_MATCHED
    note_act(Event.AUTHN_TOKEN_CREATED, account.id, "password_reset")
    # Alone on standard output, for whoever passes it on by a program.
    print(f"{asked.base_url}/reset/{offer.token}", flush=True)
    print(_advice(offer), file=sys.stderr)
    return DONE


def _advice(offer: ResetOffer) -> str:
    return (
        f"It lets whoever has it choose the password of {offer.username!r}, once,"
        f" until {shown(offer.ends_at)}.\n"
        "Give it to nobody but its owner, by a way that you know is theirs."
        " Older links are void."
    )
