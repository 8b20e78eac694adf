"""Sessions as one would write them in an hour: aiosqlite, one query a request."""

import json
import secrets
from pathlib import Path
from typing import Any

import aiosqlite
from tornado.web import RequestHandler

from .visitor import GREETING, NAME, new_data


async def connect(path: Path) -> aiosqlite.Connection:
    """Open the table that these handlers share."""
    db = await aiosqlite.connect(path)
    await db.execute("PRAGMA journal_mode=WAL")
    await db.execute("PRAGMA synchronous=FULL")
    await db.execute("CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, data)")
    await db.commit()
    return db


class _Base(RequestHandler):
    @property
    def db(self) -> aiosqlite.Connection:
        db: aiosqlite.Connection = self.settings["db"]
        return db

    async def load(self) -> tuple[str, dict[str, Any]]:
        session_id = (self.get_signed_cookie("session") or b"").decode()
        query = "SELECT data FROM sessions WHERE id = ?"
        async with self.db.execute(query, (session_id,)) as cursor:
            row = await cursor.fetchone()
        return session_id, {} if row is None else json.loads(row[0])

    async def create(self, values: dict[str, Any]) -> None:
        session_id, text = secrets.token_urlsafe(45), json.dumps(values)
        await self.db.execute("INSERT INTO sessions VALUES (?, ?)", (session_id, text))
        await self.db.commit()
        self.set_signed_cookie("session", session_id)


class Fill(_Base):
    """Stores all of a visitor."""

    async def get(self) -> None:
        await self.create(new_data())
        self.write(GREETING)


class Reads(_Base):
    """Reads a session."""

    async def get(self) -> None:
        _, values = await self.load()
        self.write(f"Hello, {values['name']}")


class Changes(_Base):
    """Reads a session, writes all of it again."""

    async def get(self) -> None:
        session_id, values = await self.load()
        values["visits"] += 1
        await self.db.execute(
            "UPDATE sessions SET data = ? WHERE id = ?",
            (json.dumps(values), session_id),
        )
        await self.db.commit()
        self.write(f"Hello, {values['name']}, visit {values['visits']}")


class Creates(_Base):
    """Creates a session."""

    async def get(self) -> None:
        await self.create({"name": NAME})
        self.write(GREETING)
