"""The commands that end sessions and delete expired ones."""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Sequence

from ..manager import utc_now
from ..record import Delete, Outcome
from ..stores import SessionStore
from .exit_codes import DONE, NOTHING_MATCHED
from .opening import LONGEST_CALL_S, opened, within
from .progress import Progress

_BATCH = 25
_PAUSE_S = 0.005


def is_confirmed(asked: Namespace) -> bool:
    """Ask, where somebody has to be sure, whether to go on."""
    if asked.name != "revoke" or not asked.all or asked.yes:
        return True
    print('This signs everybody out. Type "all" to go on: ', end="", flush=True)
    return sys.stdin.readline().strip() == "all"


async def revoke(asked: Namespace, progress: Progress) -> int:
    """End the sessions that are asked for."""
    async with opened(asked.store) as store:
        if asked.all:
            progress.done = "Some sessions may have ended; run it again."
            count = await store.delete_all(now=utc_now())
        elif asked.user is not None:
            progress.done = "Some sessions may have ended; run it again."
            count = await store.delete_user(asked.user, now=utc_now(), keep=None)
        else:
            count = await revoke_each(store, asked.handles, progress)
    print(f"{count:,} ended.")
    return DONE if count else NOTHING_MATCHED


async def revoke_each(
    store: SessionStore, handles: Sequence[str], progress: Progress
) -> int:
    """End the session of each handle; return how many there were."""
    count = 0
    for handle in dict.fromkeys(handles):
        answer = store.apply([Delete(handle)])
        (outcome,) = await within(LONGEST_CALL_S, store, "apply", answer)
        if outcome is Outcome.APPLIED:
            count += 1
        else:
            print(f"No session has the handle {handle}.", file=sys.stderr)
        progress.done = f"{count:,} ended."
    return count


async def sweep(asked: Namespace, progress: Progress) -> int:
    """Delete what has expired, a batch at a time."""
    async with opened(asked.store) as store:
        total, count = 0, _BATCH
        while count >= _BATCH:
            answer = store.delete_expired(now=utc_now(), limit=_BATCH)
            count = await within(LONGEST_CALL_S, store, "delete_expired", answer)
            total += count
            progress.done = f"{total:,} expired sessions are gone."
            await asyncio.sleep(_PAUSE_S)  # the site's commits come through in between
    print(f"{total:,} expired sessions are gone.")
    return DONE
