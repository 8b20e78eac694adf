"""The short way of the usual change, which sets one value of its session."""

from collections.abc import Sequence
from typing import Any

from ..merging import are_of_different_records, only_sets_values
from ..record import Change, Update
from ..values import encode_key
from . import postgresql_rows as rows
from .micros import to_micros

# Sets one value of each record that is still what its request found, and returns the
# handles of those; `apply_changes` merges the others, and takes twice as long. Rows are
# locked in the order of their handles, as there. Each argument is a column of lines.
# To call the function `be_durable` would take a sixth of the time of 32 changes.
WRITE = """
WITH wanted AS (
    SELECT * FROM unnest(
        string_to_array($1, E'\\n'),
        string_to_array($2, E'\\n')::bytea[],
        string_to_array($3, E'\\n')::bigint[],
        string_to_array($4, E'\\n')::bigint[],
        string_to_array($5, E'\\n')::bigint[],
        string_to_array($6, E'\\n'),
        string_to_array($7, E'\\n')
    ) AS one (handle, id_digest, generation, version, now_at, key, text)
    WHERE ({be_durable}) IS DISTINCT FROM 'off'
), still AS (
    SELECT stored.handle, wanted.key, wanted.text
    FROM {schema}.sessions AS stored JOIN wanted USING (handle)
    WHERE stored.version = wanted.version
        AND stored.generation = wanted.generation
        AND stored.id_digest = wanted.id_digest
        AND stored.expires_at > wanted.now_at
        AND wanted.key = ANY (stored.keys)
    ORDER BY stored.handle FOR NO KEY UPDATE OF stored
)
UPDATE {schema}.sessions AS stored SET
    texts[array_position(stored.keys, still.key)] = still.text,
    version = stored.version + 1
    FROM still WHERE stored.handle = still.handle
    RETURNING stored.handle
"""


def to_lines(changes: Sequence[Change]) -> list[str]:
    """Return what `WRITE` takes for *changes*; nothing where one of them asks for more.

    Each column has a line for each change; the first is the names of the handles.
    """
    if not are_of_different_records(changes):
        return []
    each = []
    for change in changes:
        if not (row := _row(change)):
            return []
        each.append(row)
    return list(map("\n".join, zip(*each, strict=True)))


def written(row: Sequence[Any], change: Update) -> tuple[Any, ...] | None:
    """Return what `WRITE` has made of *row* by a *change* that it took.

    None: of another row, which has a key that *row* lacks.
    """
    ((key, text),) = change.values.items()
    name, keys, texts = encode_key(key), row[rows.KEYS], row[rows.TEXTS].copy()
    if name not in keys:
        return None
    texts[keys.index(name)] = text
    fields = list(row)
    fields[rows.TEXTS], fields[rows.VERSION] = texts, row[rows.VERSION] + 1
    return tuple(fields)


def _row(change: Change) -> tuple[str, ...]:
    if not only_sets_values(change) or change.whole is None or len(change.values) != 1:
        return ()
    ((key, text),) = change.values.items()
    if text is None or "\n" in text:
        return ()
    return (
        rows.to_name(change.handle),
        rows.to_bytea(change.id_digest),
        str(change.generation),
        str(change.whole.version),
        str(to_micros(change.now)),
        encode_key(key),
        text,
    )
