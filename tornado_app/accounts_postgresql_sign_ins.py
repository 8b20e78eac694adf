"""The statements about sign-ins in the accounts' PostgreSQL database."""

from collections.abc import Collection
from datetime import datetime

from tornado_app.accounts_postgresql_tables import Tables
from tornado_app.kept_sign_ins import COLUMNS, to_sign_in
from tornado_app.sessions.stores.micros import to_micros
from tornado_app.sign_ins import MAX_NEWS, Ended, SignIn

_SELECT = f"SELECT {COLUMNS} FROM {{schema}}.sign_ins"  # noqa: S608 - constants
_FORGET_OLD = """
    DELETE FROM {schema}.sign_ins WHERE account_id = $1 AND signed_in_at < $2
    AND (ended_at IS NULL OR ended_at < $2)
"""
_END_OF_OTHERS = """
    UPDATE {schema}.sign_ins SET ended_at = $1, ended = $2
    WHERE handle = $3 AND account_id <> $4 AND ended_at IS NULL
"""
_KEEP = """
    INSERT INTO {schema}.sign_ins AS kept
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, NULL, NULL)
    ON CONFLICT (account_id, handle) DO UPDATE SET
        browser = excluded.browser, system = excluded.system,
        user_agent = excluded.user_agent, address = excluded.address,
        signed_in_at = excluded.signed_in_at,
        new_device_at = coalesce(kept.new_device_at, excluded.new_device_at),
        ended_at = NULL, ended = NULL
"""
_NAME = """
    UPDATE {schema}.sign_ins SET name = $1 WHERE account_id = $2 AND handle = $3
    RETURNING 1
"""
_TOLD_UNTIL = """
    SELECT told_until FROM {schema}.sign_ins WHERE account_id = $1 AND handle = $2
"""
_NEWS = f"""
    {_SELECT}
    WHERE account_id = $1 AND handle <> $2 AND new_device_at > ({_TOLD_UNTIL})
    ORDER BY new_device_at DESC LIMIT $3
"""
_TOLD = """
    UPDATE {schema}.sign_ins SET told_until = greatest(told_until, $1)
    WHERE account_id = $2 AND handle = $3
"""
_END = """
    UPDATE {schema}.sign_ins SET ended_at = $1, ended = $2
    WHERE handle = ANY ($3::text[]) AND account_id = $4 AND ended_at IS NULL
"""


async def note(db: Tables, sign_in: SignIn, forget_before: datetime) -> None:
    """Keep *sign_in* if its account is there, forget what is old."""
    if not await db.has(sign_in.account_id):
        return
    await db.rows(_FORGET_OLD, sign_in.account_id, to_micros(forget_before))
    at = to_micros(sign_in.signed_in_at)
    await db.rows(
        _END_OF_OTHERS, at, Ended.SIGNED_OUT, sign_in.handle, sign_in.account_id
    )
    await db.rows(
        _KEEP,
        sign_in.account_id,
        sign_in.handle,
        *sign_in.device,
        sign_in.user_agent,
        sign_in.address,
        sign_in.name,
        at,
        None if sign_in.new_device_at is None else to_micros(sign_in.new_device_at),
    )


async def of_account(db: Tables, account_id: str) -> list[SignIn]:
    """The sign-ins of an account, the latest first."""
    query = f"{_SELECT} WHERE account_id = $1 ORDER BY signed_in_at DESC"
    return [to_sign_in(row) for row in await db.rows(query, account_id)]


async def of_session(db: Tables, handle: str) -> SignIn | None:
    """The latest sign-in of a session."""
    query = f"{_SELECT} WHERE handle = $1 ORDER BY signed_in_at DESC LIMIT 1"
    row = await db.row(query, handle)
    return to_sign_in(row) if row else None


async def name(db: Tables, account_id: str, handle: str, name: str) -> bool:
    """Name the account's device of this session; False: there is none such."""
    return await db.row(_NAME, name, account_id, handle) is not None


async def news(db: Tables, account_id: str, handle: str) -> list[SignIn]:
    """The sign-ins on new devices that this session was not told of, oldest first."""
    rows = await db.rows(_NEWS, account_id, handle, MAX_NEWS)
    return [to_sign_in(row) for row in reversed(rows)]


async def note_news(
    db: Tables, account_id: str, handle: str, told_until: datetime
) -> None:
    """Note that this session was told of all sign-ins up to *told_until*."""
    await db.rows(_TOLD, to_micros(told_until), account_id, handle)


async def note_ends(
    db: Tables,
    account_id: str,
    handles: Collection[str],
    ended: Ended,
    now: datetime,
) -> None:
    """Note how those of *handles* that have not ended yet end."""
    await db.rows(_END, to_micros(now), ended, list(handles), account_id)
