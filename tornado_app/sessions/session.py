"""What a handler holds of its visitor's session during one request."""

import inspect
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol, TypeVar, cast, overload

from . import ids
from .draft import Draft
from .policy import LONGEST

T = TypeVar("T")


class Flash(NamedTuple):
    """A message for the visitor's next page."""

    category: str
    text: str


class Keeper(Protocol):
    """What a session asks of its owner."""

    async def save(self, draft: Draft) -> None: ...
    async def reload(self, draft: Draft) -> None: ...
    async def transact(self, draft: Draft, change: Callable[[], Awaitable[T]]) -> T: ...


class Session(MutableMapping[str, Any]):
    """One visitor's session: text keys, JSON values, kept across requests and restarts.

    Changes, nested ones too, are committed before the response ends; `save` commits
    at once. Two requests that change different keys both count; two that change the
    same key want `transaction`. Setting what JSON cannot hold raises `TypeError` or
    `ValueError` with the key's name, a value that is too large alone
    `SessionTooLargeError`.
    """

    __slots__ = ("_draft", "_keeper")

    def __init__(self, keeper: Keeper, draft: Draft) -> None:
        self._keeper = keeper
        self._draft = draft

    def __repr__(self) -> str:
        return f"<Session {ids.label_of(self.id_digest)}: {', '.join(self)}>"

    def __getitem__(self, key: str) -> Any:
        return self._draft.values.get(key)

    def __setitem__(self, key: str, value: Any) -> None:
        limit_bytes = self._draft.policy.max_session_bytes
        self._draft.values.set(key, value, limit_bytes=limit_bytes)

    def __delitem__(self, key: str) -> None:
        self._draft.values.delete(key)

    def __contains__(self, key: object) -> bool:
        return key in self._draft.values

    def __iter__(self) -> Iterator[str]:
        return iter(self._draft.values)

    def __len__(self) -> int:
        return len(self._draft.values)

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Return the value of *key*, which is *default* from now on if there is none.

        That is what the session holds, where tuples are lists: it may be changed.
        """
        if key not in self:
            self[key] = default
        return self[key]

    def clear(self) -> None:
        """Delete every key; who is signed in stays so, and so do flashes."""
        for key in list(self):
            del self[key]

    @property
    def id_digest(self) -> bytes:
        """SHA-256 of the session id, 32 bytes; all that a store sees of its secret."""
        return self._draft.id_digest

    @property
    def handle(self) -> str:
        """The session's public name, the same for its whole life; safe on a page."""
        return self._draft.handle

    @property
    def is_new(self) -> bool:
        """Whether nothing of this session is stored yet."""
        return self._draft.record is None

    @property
    def started_at(self) -> datetime:
        """When the session began (aware, UTC)."""
        return self._draft.started_at

    @property
    def last_seen_at(self) -> datetime:
        """The latest use that was noted, as stored (aware, UTC)."""
        return self._draft.last_seen_at

    @property
    def expires_at(self) -> datetime:
        """When the session ends if it is not used again (aware, UTC)."""
        return self._draft.expires_at

    @property
    def user(self) -> str | None:
        """Who is signed in; None: nobody."""
        return self._draft.user

    @property
    def signed_in_at(self) -> datetime | None:
        """When the user signed in (aware, UTC); None: nobody did."""
        return self._draft.signed_in_at

    def renew(self) -> None:
        """Mark: a new id for the same data and handle, against fixation.

        The old id is dead after the policy's ``renewal_grace``.
        """
        self._draft.renew()

    def destroy(self) -> None:
        """Mark: the record goes, the browser's cookie is cleared.

        The session is empty at once; what is stored in it afterwards begins a new one.
        """
        self._draft.destroy()

    def touch(self) -> None:
        """Mark: note this use even within the touch interval."""
        self._draft.touch()

    def expire_in(self, idle_timeout: timedelta | None) -> None:
        """Mark: give this session its own idle timeout; None: the policy's again.

        It never reaches past the absolute lifetime, nor beyond a century. Raises
        ValueError when 0 or less.
        """
        if idle_timeout is not None:
            if not isinstance(idle_timeout, timedelta):
                raise TypeError(f"want a timedelta or None, got {idle_timeout!r}")
            if idle_timeout <= timedelta(0):
                raise ValueError(f"want expire_in above 0, got {idle_timeout}")
            idle_timeout = min(idle_timeout, LONGEST)
        self._draft.expire_in(idle_timeout)

    def sign_in(self, user: str) -> None:
        """Mark: *user* is signed in from now on, under a new id; the old one is dead.

        The data is kept if nobody or the same user was signed in, else forgotten.
        """
        if not isinstance(user, str) or not user:
            raise ValueError(f"want the user as a text, got {user!r}")
        user.encode()  # a lone surrogate could not be stored
        self._draft.sign_in(user)

    def flash(self, text: str, category: str = "info") -> None:
        """Leave a message for the next page; the oldest goes at ``max_flashes``."""
        for part in (text, category):
            if not isinstance(part, str):
                raise TypeError(f"want a flash of text, got {part!r}")
            part.encode()
        self._draft.add_flash(text, category)

    def pop_flashes(self) -> list[Flash]:
        """Return the messages that no page has shown yet, oldest first, each once."""
        return [
            Flash(flash.category, flash.text) for flash in self._draft.pop_flashes()
        ]

    async def save(self) -> None:
        """Commit now what this request changed.

        Who is cancelled meanwhile learns of it when the store has answered.

        Raises:
            SessionGoneError: The session ended meanwhile; nothing was stored.
            SessionTooLargeError: It would exceed ``max_session_bytes``.
            StoreUnavailableError: The store is down or too slow.
            RuntimeError: A new session or a new id wants a cookie and none can be sent:
                the headers are out, or this is a WebSocket.
        """
        await self._keeper.save(self._draft)

    async def reload(self) -> None:
        """Forget unsaved changes and show what is stored.

        Raises SessionGoneError or StoreUnavailableError.
        """
        await self._keeper.reload(self._draft)

    @overload
    async def transaction(self, change: Callable[["Session"], Awaitable[T]]) -> T: ...

    @overload
    async def transaction(self, change: Callable[["Session"], T]) -> T: ...

    async def transaction(
        self, change: Callable[["Session"], T] | Callable[["Session"], Awaitable[T]]
    ) -> T:
        """Repeat ``change(session)`` on fresh data until nobody came between.

        Unsaved changes are committed first; *change* is a plain or an async function
        and may run several times. Returns what it returned. What it raises passes
        through, and nothing that it changed is kept. Raises as `save` does, and
        RuntimeError inside another transaction of the same session.
        """

        async def attempt() -> T:
            result = change(self)
            return cast(T, await result if inspect.isawaitable(result) else result)

        return await self._keeper.transact(self._draft, attempt)
