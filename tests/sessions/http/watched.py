"""A store that counts its calls, and fails or waits when a test says so."""

import asyncio

from tornado_app.sessions import StoreUnavailableError


class WatchedStore:
    """Passes everything on to *inner*.

    ``down`` holds the operations that fail, by ``error`` if it is set; ``held`` the
    events that others wait for before they begin, ``late`` before they answer.
    """

    def __init__(self, inner):
        self.inner = inner
        self.name = inner.name
        self.calls = []
        self.down = set()
        self.error = None
        self.held = {}
        self.late = {}

    async def __aenter__(self):
        await self.inner.__aenter__()
        return self

    async def __aexit__(self, *error):
        await self.inner.__aexit__(*error)

    def __getattr__(self, operation):
        call = getattr(self.inner, operation)

        async def watched(*args, **kwargs):
            self.calls.append(operation)
            await self._before(operation)
            answer = await call(*args, **kwargs)
            await self._after(operation)
            return answer

        return watched

    async def _before(self, operation):
        if operation in self.down:
            raise self.error or StoreUnavailableError(self.name, operation)
        if operation in self.held:
            await self.held[operation].wait()

    async def _after(self, operation):
        if operation in self.late:
            await self.late[operation].wait()

    def break_down(self):
        """Fail from now on, whatever is asked."""
        self.down = {"find", "apply"}

    def recover(self):
        """Work again."""
        self.down, self.held, self.late = set(), {}, {}

    def hold(self, operation):
        """Make *operation* wait; return the event that lets it go on."""
        self.held[operation] = asyncio.Event()
        return self.held[operation]
