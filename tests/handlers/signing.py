"""Owns how tests sign people up, in and out."""

from tests.handlers.visitor import Visitor

PASSWORD = "correct horse battery staple"


class Person(Visitor):
    """A visitor who has an account."""

    async def signs_up(self, username="ada", password=PASSWORD, **fields):
        await self.get("/sign-up")
        typed = {"username": username, "password": password}
        return await self.post("/sign-up", typed | fields)

    async def signs_in(self, username="ada", password=PASSWORD, **fields):
        await self.get("/sign-in")
        typed = {"username": username, "password": password}
        return await self.post("/sign-in", typed | fields)

    async def signs_out(self):
        await self.get("/")
        return await self.post("/sign-out", {})

    async def is_signed_in(self):
        return 'action="/sign-out"' in (await self.get("/preferences")).body.decode()
