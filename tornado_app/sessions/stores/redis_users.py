"""Which sessions a user has, as Redis notes it beside the records.

The notes of a user lie in another Cluster slot than the records, so no script can
change both. A note is written before the record that it leads to: a note may lead
nowhere, and is checked against its record; a user's session without a note cannot be.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..record import Change, Create, Delete
from . import redis_scripts as scripts
from .redis_calls import Gathering, command, run
from .redis_links import Link

# No sign-in takes longer than this from its note to its record.
_YOUNG_S = 3600
_KEYS_IN_A_STEP = 500


class UserNotes:
    """Notes the sessions of users; *record_key* says where a handle's record is."""

    def __init__(
        self, link: Link, prefix: str, record_key: Callable[[str], str]
    ) -> None:
        self._link = link
        self._start = f"{prefix}:u:"
        self._record_key = record_key
        self._cursors: dict[str, str] = {}

    async def note(self, changes: Sequence[Change]) -> None:
        """Note who signs in with *changes*, before they are made."""
        noting = Gathering(in_any_order=True)
        for change in changes:
            for user, handle in _signing_in(change):
                noting.add(scripts.NOTE_USER, self._start + user, [handle])
        await self._link.ask(noting.calls, changes=True)

    async def handles_of(self, user: str) -> list[str]:
        """Return the handles of *user*'s sessions, and some that are no more."""
        return (await self._noted([self._start + user]))[0]

    async def forget(self, user: str, handles: Sequence[str]) -> None:
        """Drop the notes of *handles*, which were found not to be *user*'s."""
        await self._forget({self._start + user: handles})

    async def sweep(self) -> None:
        """Take one step through all the notes; drop those that lead nowhere."""
        for node in await self._link.nodes():
            keys = await self._step(node)
            noted = dict(zip(keys, await self._noted(keys), strict=True))
            await self._forget(await self._lost(noted))

    async def _step(self, node: Any) -> list[str]:
        name = str(getattr(node, "name", ""))
        cursor, keys = await self._link.ask_node(
            node,
            *("SCAN", self._cursors.get(name, "0")),
            *("MATCH", f"{self._start}*", "COUNT", _KEYS_IN_A_STEP),
        )
        self._cursors[name] = cursor.decode()
        return [key.decode() for key in keys]

    async def _noted(self, keys: Sequence[str]) -> list[list[str]]:
        answers = await self._link.ask([command("ZRANGE", key, 0, -1) for key in keys])
        return [[handle.decode() for handle in answer] for answer in answers]

    async def _lost(self, noted: dict[str, list[str]]) -> dict[str, list[str]]:
        """Return those of *noted* whose record is gone or another user's."""
        notes = [(key, handle) for key, handles in noted.items() for handle in handles]
        owners = await self._link.ask(
            [command("HGET", self._record_key(handle), "user") for _, handle in notes]
        )
        lost: dict[str, list[str]] = {}
        for (key, handle), owner in zip(notes, owners, strict=True):
            if owner != key.removeprefix(self._start).encode():
                lost.setdefault(key, []).append(handle)
        return lost

    async def _forget(self, notes: Mapping[str, Sequence[str]]) -> None:
        calls = [
            run(scripts.FORGET_USER, key, _YOUNG_S, *handles)
            for key, handles in notes.items()
            if handles
        ]
        await self._link.ask(calls, changes=True)


def _signing_in(change: Change) -> list[tuple[str, str]]:
    if isinstance(change, Create):
        user = change.record.user
        return [] if user is None else [(user, change.record.handle)]
    if isinstance(change, Delete) or change.sign_in is None:
        return []
    return [(change.sign_in.user, change.handle)]
