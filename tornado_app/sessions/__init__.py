"""Server-side sessions for Tornado."""

from .cookie import signing_settings
from .errors import (
    SessionError,
    SessionGoneError,
    SessionTooLargeError,
    StoreOpenError,
    StoreUnavailableError,
)
from .fields import NewerFieldsError, SessionFields
from .manager import SessionInfo, Sessions
from .mixin import SessionMixin
from .policy import SessionPolicy
from .session import Flash, Session
from .stores import MemoryStore, SessionStore, SQLiteStore, open_store
from .websocket import SessionWebSocketMixin

__all__ = [
    "Flash",
    "MemoryStore",
    "NewerFieldsError",
    "SQLiteStore",
    "Session",
    "SessionError",
    "SessionFields",
    "SessionGoneError",
    "SessionInfo",
    "SessionMixin",
    "SessionPolicy",
    "SessionStore",
    "SessionTooLargeError",
    "SessionWebSocketMixin",
    "Sessions",
    "StoreOpenError",
    "StoreUnavailableError",
    "open_store",
    "signing_settings",
]
