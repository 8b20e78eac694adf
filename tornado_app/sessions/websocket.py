"""A session for the whole life of a WebSocket."""

from typing import Any

from tornado.websocket import WebSocketHandler

from .answer import Chunk, Done
from .mixin import SessionMixin

_POLICY_VIOLATION = 1008  # RFC 6455 §7.4.1


class SessionWebSocketMixin(SessionMixin, WebSocketHandler):
    """Gives a `WebSocketHandler` the session of the visitor who opened it.

    It is loaded in the handshake, which counts as a use. From then on nothing is
    stored or loaded by itself: ``await self.session.save()`` and ``reload()``.
    ``save()`` where no session exists raises RuntimeError, for no cookie can be sent.
    When the session ends, or somebody signs in to it, the socket is closed with code
    1008: at once if that was in this process, within a second otherwise.
    """

    _registered_as: str | None = None

    async def prepare(self) -> None:
        """Load the session; note the use."""
        await super().prepare()
        draft = self._draft
        if draft is not None:
            draft.cookieless = True
            if draft.record is not None:
                await self._commit()

    def finish(self, chunk: Chunk = None) -> Done:
        """Answer; the handshake's answer leaves at once, for the socket begins."""
        if self.get_status() != 101:
            return super().finish(chunk)
        if self._draft is not None and self._draft.record is not None:
            record = self._draft.record
            self._registered_as = record.handle
            self.sessions.lifecycle.sockets.add(
                record.handle, self, generation=record.generation
            )
        return self._finish_now(chunk)

    def on_connection_close(self) -> None:
        """Forget the socket."""
        if self._registered_as is not None:
            self.sessions.lifecycle.sockets.discard(self._registered_as, self)
        super().on_connection_close()

    def close_for_good(self) -> None:
        """Close the socket; what the client still sends is not handled."""
        connection: Any = self.ws_connection
        self.close(_POLICY_VIOLATION, "session ended")
        if connection is not None:
            connection.client_terminated = True
