"""Everything that the engine raises on purpose."""


class SessionError(Exception):
    """The root of all errors of this package."""


class StoreUnavailableError(SessionError):
    """The store could not be reached, or did not answer in time.

    A handler that lets it pass answers 503 with Retry-After (RFC 9110 §15.6.4). Its
    text ends with what the driver said, which is for the log and not for visitors.

    Attributes:
        store: Which store, e.g. ``"sqlite"``.
        operation: The `SessionStore` method that failed, e.g. ``"find"``.
    """

    def __init__(self, store: str, operation: str) -> None:
        super().__init__(f"{store} store is unavailable (during {operation})")
        self.store = store
        self.operation = operation

    def __str__(self) -> str:
        """With what the store's driver had to say, in one line, where it is known."""
        cause = self.__cause__
        while isinstance(cause, StoreUnavailableError):
            cause = cause.__cause__
        if cause is None:
            return super().__str__()
        if isinstance(cause, TimeoutError):
            return f"{super().__str__()}: no answer in time"
        said = str(cause).partition("\n")[0] or type(cause).__name__
        return f"{super().__str__()}: {said}"


class StoreOpenError(SessionError):
    """The store cannot be used as it is, and waiting will not help.

    Attributes:
        place: Where it was looked for, e.g. a file name.
        problem: What is wrong with it, and what to do.
    """

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"cannot use {place} as a session store: {problem}")
        self.place = place
        self.problem = problem


class SessionGoneError(SessionError):
    """The session ended meanwhile: destroyed, revoked, expired or signed in anew.

    Attributes:
        label: The first 8 hex digits of the session's id digest, as in the logs.
    """

    def __init__(self, label: str) -> None:
        super().__init__(f"session {label} has ended; its changes were not stored")
        self.label = label


class SessionTooLargeError(SessionError):
    """The session's data would not fit; nothing of it was stored (HTTP 413).

    Attributes:
        limit_bytes: The policy's ``max_session_bytes``.
    """

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(
            f"session data exceeds {limit_bytes} bytes (max_session_bytes);"
            " store less, or keep large things elsewhere"
        )
        self.limit_bytes = limit_bytes
