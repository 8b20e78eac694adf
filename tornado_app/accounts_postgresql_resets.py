"""The statements about reset links in the accounts' PostgreSQL database."""

from datetime import datetime

from tornado_app.accounts_postgresql_tables import Tables
from tornado_app.sessions.stores.micros import to_micros

_MOST_SWEPT = 100

_SWEEP = """
    DELETE FROM {schema}.resets WHERE account_id IN (
        SELECT account_id FROM {schema}.resets WHERE ends_at <= $1
        LIMIT $2 FOR UPDATE SKIP LOCKED
    )
"""
_KEEP = """
    INSERT INTO {schema}.resets VALUES ($1, $2, $3)
    ON CONFLICT (account_id) DO UPDATE
        SET digest = excluded.digest, ends_at = excluded.ends_at
"""
_FIND = "SELECT account_id FROM {schema}.resets WHERE digest = $1 AND ends_at > $2"
# The account first, as everybody takes them: two who wait for each other never meet.
_LOCK = """
    SELECT id FROM {schema}.accounts JOIN {schema}.resets ON id = account_id
    WHERE digest = $1 AND ends_at > $2 FOR UPDATE OF accounts
"""
_USE = "DELETE FROM {schema}.resets WHERE digest = $1 RETURNING account_id"
_REPLACE = """
    UPDATE {schema}.accounts SET password_hash = $1, epoch = epoch + 1 WHERE id = $2
"""


async def offer(
    db: Tables, account_id: str, digest: bytes, ends_at: datetime, now: datetime
) -> bool:
    """Keep a link if the account is there, forget some that are over."""
    await db.rows(_SWEEP, to_micros(now), _MOST_SWEPT)
    if not await db.has(account_id):
        return False
    await db.rows(_KEEP, account_id, digest, to_micros(ends_at))
    return True


async def account_of(db: Tables, digest: bytes, now: datetime) -> str | None:
    """Whose link this is."""
    row = await db.row(_FIND, digest, to_micros(now))
    return row[0] if row else None


async def use(db: Tables, digest: bytes, new: str, now: datetime) -> bool:
    """Give the account of a link another hash, which forgets the link."""
    await db.rows(_LOCK, digest, to_micros(now))
    if await account_of(db, digest, now) is None:
        return False
    ((account_id,),) = await db.rows(_USE, digest)
    await db.rows(_REPLACE, new, account_id)
    return True


async def forget(db: Tables, account_id: str) -> None:
    """Forget the link of an account."""
    await db.rows("DELETE FROM {schema}.resets WHERE account_id = $1", account_id)
