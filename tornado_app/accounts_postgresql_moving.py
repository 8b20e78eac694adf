"""The statements that move accounts out of, or into, a PostgreSQL database."""

from collections.abc import Sequence

from tornado_app.accounts_postgresql_tables import Tables
from tornado_app.kept_accounts import ACCOUNT, PREFERENCE, SIGN_IN, KeptAccount, Row

_ACCOUNTS = (
    f"SELECT {ACCOUNT} FROM {{schema}}.accounts WHERE id > $1 ORDER BY id LIMIT $2"  # noqa: S608
)


async def kept(db: Tables, after: str, limit: int) -> list[KeptAccount]:
    """What is kept of the next accounts."""
    accounts = await db.rows(_ACCOUNTS, after, limit)
    ids = [account[0] for account in accounts]
    preferences = await _of(db, "preferences", PREFERENCE, ids)
    sign_ins = await _of(db, "sign_ins", SIGN_IN, ids)
    return [
        KeptAccount(account, preferences[account[0]], sign_ins[account[0]])
        for account in accounts
    ]


async def restore(db: Tables, kept: KeptAccount) -> bool:
    """Keep an account unless its id or name is there."""
    if not await _insert(db, "accounts", ACCOUNT, [kept.account]):
        return False
    await _insert(db, "preferences", PREFERENCE, kept.preferences)
    await _insert(db, "sign_ins", SIGN_IN, kept.sign_ins)
    return True


async def _of(
    db: Tables, table: str, columns: str, ids: list[str]
) -> dict[str, list[Row]]:
    query = f"SELECT {columns} FROM {{schema}}.{table} WHERE account_id = ANY ($1)"  # noqa: S608
    found: dict[str, list[Row]] = {account_id: [] for account_id in ids}
    for row in await db.rows(query, ids):
        found[row[0]].append(row)
    return found


async def _insert(db: Tables, table: str, columns: str, rows: Sequence[Row]) -> bool:
    places = ", ".join(f"${n}" for n, _ in enumerate(columns.split(","), start=1))
    statement = (
        f"INSERT INTO {{schema}}.{table} ({columns}) VALUES ({places})"  # noqa: S608
        " ON CONFLICT DO NOTHING RETURNING 1"
    )
    inserted = [await db.row(statement, *row) for row in rows]
    return any(inserted)
