"""The short way of the usual change, which sets one value of its session."""

from collections.abc import Sequence
from typing import Any

from ..merging import are_of_different_records, only_sets_values
from ..record import Change
from ..values import encode_key
from .micros import to_micros
from .postgresql_rows import to_name

# Sets one value of each record that is still what its request found, and returns the
# handles of those; `apply_changes` merges the others, and takes twice as long. Rows are
# locked in the order of their handles, as there.
WRITE = """
WITH wanted AS (
    SELECT * FROM unnest(
        $1::text[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[],
        $7::text[]
    ) AS one (handle, id_digest, generation, version, now_at, key, text),
    {schema}.be_durable()
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


def to_columns(changes: Sequence[Change]) -> list[list[Any]]:
    """Return what `WRITE` takes for *changes*; nothing where one of them asks for more.

    Each column has a place for each change; the first is the names of the handles.
    """
    if not are_of_different_records(changes):
        return []
    rows = []
    for change in changes:
        if not (row := _row(change)):
            return []
        rows.append(row)
    return list(map(list, zip(*rows, strict=True)))


def _row(change: Change) -> tuple[Any, ...]:
    if not only_sets_values(change) or change.whole is None or len(change.values) != 1:
        return ()
    ((key, text),) = change.values.items()
    return (
        to_name(change.handle),
        change.id_digest,
        change.generation,
        change.whole.version,
        to_micros(change.now),
        encode_key(key),
        text,
    )
