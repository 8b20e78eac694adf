"""Keeps accounts in PostgreSQL through asyncpg."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from tornado_app import accounts_postgresql_moving as moving
from tornado_app import accounts_postgresql_resets as resets
from tornado_app import accounts_postgresql_sign_ins as sign_ins
from tornado_app import accounts_postgresql_tries as tries
from tornado_app.accounts_postgresql_tables import HISTORY, Tables
from tornado_app.accounts_store import Account
from tornado_app.kept_accounts import KeptAccount
from tornado_app.sessions.stores.micros import to_micros
from tornado_app.sessions.stores.postgresql_link import PostgreSQLLink
from tornado_app.sessions.stores.postgresql_url import PostgreSQLPlace
from tornado_app.sign_ins import Ended, SignIn
from tornado_app.throttling import Subject

_LONGEST_CALL_S = 2.0  # as the session engine waits for its store

_SELECT = """
    SELECT id, username, password_hash, epoch,
        ARRAY(SELECT field FROM {schema}.preferences
            WHERE account_id = id ORDER BY field),
        ARRAY(SELECT value FROM {schema}.preferences
            WHERE account_id = id ORDER BY field)
    FROM {schema}.accounts
"""
_ADD = """
    INSERT INTO {schema}.accounts VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (name_key) DO NOTHING RETURNING id
"""
_CHANGE_HASH = """
    UPDATE {schema}.accounts SET password_hash = $1, epoch = epoch + $4
    WHERE id = $2 AND password_hash = $3 RETURNING id
"""
# In one order, or two who prefer at once could wait for each other.
_PREFER = """
    INSERT INTO {schema}.preferences
    SELECT $1, field, value FROM unnest($2::text[], $3::text[]) AS given (field, value)
    ORDER BY field ON CONFLICT (account_id, field)
"""
_REPLACE = f"{_PREFER} DO UPDATE SET value = excluded.value"
_ADD_PREFERENCES = f"{_PREFER} DO NOTHING"


class PostgreSQLAccountStore:
    """An `AccountStore` in one schema of a database, for many machines.

    A call that takes longer than two seconds is given up.
    """

    name = "accounts"

    def __init__(self, place: PostgreSQLPlace) -> None:
        self._schema = place.schema
        self._link = PostgreSQLLink(
            place,
            HISTORY,
            name=self.name,
            what="accounts",
            longest_call_s=_LONGEST_CALL_S,
        )

    async def __aenter__(self) -> Self:
        await self._link.open()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._link.close()

    async def ready(self) -> None:
        async with self._reading("ready") as db:
            await db.rows("SELECT 1 FROM {schema}.accounts LIMIT 1")

    async def add(self, account: Account, *, key: str, now: datetime) -> bool:
        row = (account.id, key, account.username, account.password_hash, to_micros(now))
        async with self._writing("add") as db:
            if not await db.rows(_ADD, *row):
                return False
            await _prefer(db, _REPLACE, account.id, account.preferences)
        return True

    async def find(self, account_id: str) -> Account | None:
        async with self._reading("find") as db:
            return await _find(db, f"{_SELECT} WHERE id = $1", account_id)

    async def find_named(self, key: str) -> Account | None:
        async with self._reading("find_named") as db:
            return await _find(db, f"{_SELECT} WHERE name_key = $1", key)

    async def delete(self, account_id: str) -> None:
        async with self._writing("delete") as db:
            await db.rows("DELETE FROM {schema}.accounts WHERE id = $1", account_id)

    async def change_hash(self, account_id: str, *, old: str, new: str) -> None:
        async with self._writing("change_hash") as db:
            await db.rows(_CHANGE_HASH, new, account_id, old, 0)

    async def change_password(
        self, account_id: str, *, old: str, new: str, ends_sessions: bool = True
    ) -> bool:
        given = (new, account_id, old, int(ends_sessions))
        async with self._writing("change_password") as db:
            changed = await db.rows(_CHANGE_HASH, *given)
            if changed:
                await resets.forget(db, account_id)
        return bool(changed)

    async def prefer(self, account_id: str, values: Mapping[str, str]) -> None:
        async with self._writing("prefer") as db:
            await _prefer(db, _REPLACE, account_id, values)

    async def add_preferences(self, account_id: str, values: Mapping[str, str]) -> None:
        async with self._writing("add_preferences") as db:
            await _prefer(db, _ADD_PREFERENCES, account_id, values)

    async def forget_preferences(self, account_id: str) -> None:
        statement = "DELETE FROM {schema}.preferences WHERE account_id = $1"
        async with self._writing("forget_preferences") as db:
            await db.rows(statement, account_id)

    async def begin_try(
        self, counted: Subject, watched: Sequence[Subject], *, now: datetime
    ) -> timedelta | None:
        async with self._writing("begin_try") as db:
            return await tries.begin(db, counted, watched, now)

    async def add_failure(self, subject: Subject, *, now: datetime) -> None:
        async with self._writing("add_failure") as db:
            await tries.add(db, subject, now)

    async def undo_try(self, subject: Subject) -> None:
        async with self._writing("undo_try") as db:
            await tries.undo(db, subject)

    async def forget_failures(self, subject: Subject) -> None:
        async with self._writing("forget_failures") as db:
            await tries.forget(db, subject)

    async def offer_reset(
        self, account_id: str, digest: bytes, *, ends_at: datetime, now: datetime
    ) -> bool:
        async with self._writing("offer_reset") as db:
            return await resets.offer(db, account_id, digest, ends_at, now)

    async def account_of_reset(self, digest: bytes, *, now: datetime) -> str | None:
        async with self._reading("account_of_reset") as db:
            return await resets.account_of(db, digest, now)

    async def use_reset(self, digest: bytes, *, new: str, now: datetime) -> bool:
        async with self._writing("use_reset") as db:
            return await resets.use(db, digest, new, now)

    async def note_sign_in(self, sign_in: SignIn, *, forget_before: datetime) -> None:
        async with self._writing("note_sign_in") as db:
            await sign_ins.note(db, sign_in, forget_before)

    async def sign_ins_of(self, account_id: str) -> list[SignIn]:
        async with self._reading("sign_ins_of") as db:
            return await sign_ins.of_account(db, account_id)

    async def sign_in_of(self, handle: str) -> SignIn | None:
        async with self._reading("sign_in_of") as db:
            return await sign_ins.of_session(db, handle)

    async def name_device(self, account_id: str, handle: str, name: str) -> bool:
        async with self._writing("name_device") as db:
            return await sign_ins.name(db, account_id, handle, name)

    async def news_of(self, account_id: str, handle: str) -> list[SignIn]:
        async with self._reading("news_of") as db:
            return await sign_ins.news(db, account_id, handle)

    async def note_news(
        self, account_id: str, handle: str, *, told_until: datetime
    ) -> None:
        async with self._writing("note_news") as db:
            await sign_ins.note_news(db, account_id, handle, told_until)

    async def note_ends(
        self, account_id: str, handles: Collection[str], ended: Ended, *, now: datetime
    ) -> None:
        async with self._writing("note_ends") as db:
            await sign_ins.note_ends(db, account_id, handles, ended, now)

    async def kept(self, *, after: str, limit: int) -> list[KeptAccount]:
        async with self._reading("kept") as db:
            return await moving.kept(db, after, limit)

    async def restore(self, kept: KeptAccount) -> bool:
        async with self._writing("restore") as db:
            return await moving.restore(db, kept)

    @asynccontextmanager
    async def _reading(self, operation: str) -> AsyncIterator[Tables]:
        async with self._link.reading(operation) as connection:
            yield Tables(connection, self._schema)

    @asynccontextmanager
    async def _writing(self, operation: str) -> AsyncIterator[Tables]:
        async with self._link.writing(operation) as connection:
            yield Tables(connection, self._schema)


async def _find(db: Tables, query: str, value: str) -> Account | None:
    row = await db.row(query, value)
    if row is None:
        return None
    account_id, username, password_hash, epoch, fields, values = row
    return Account(
        id=account_id,
        username=username,
        password_hash=password_hash,
        epoch=epoch,
        preferences=dict(zip(fields, values, strict=True)),
    )


async def _prefer(
    db: Tables, statement: str, account_id: str, values: Mapping[str, str]
) -> None:
    # A request that comes late must not keep anything for an account that is gone.
    if await db.has(account_id):
        await db.rows(statement, account_id, list(values), list(values.values()))
