"""The short way of the usual change, which sets one value of its session."""

from collections.abc import Sequence

from ..merging import are_of_different_records, only_sets_values_of
from ..record import Change
from ..values import encode_key
from . import postgresql_rows as rows
from .postgresql_run import THIS_RUN
from .recent import Seen

# Sets one value of each record whose row is still the one that was read, and returns
# the handles of those with the marks of their new rows; `apply_changes` merges the
# others, and takes twice as long. Rows are locked in the order of their handles, as
# there. Each argument but the last is a column of lines.
# To call the function `be_durable` would take a sixth of the time of 32 changes.
WRITE = f"""
WITH wanted AS (
    SELECT * FROM unnest(
        string_to_array($1, E'\\n'),
        string_to_array($2, E'\\n')::xid[],
        string_to_array($3, E'\\n'),
        string_to_array($4, E'\\n')
    ) AS one (handle, mark, key, text)
    WHERE ({{be_durable}}) IS DISTINCT FROM 'off' AND {THIS_RUN} = $5
), still AS (
    SELECT stored.ctid AS place, wanted.key, wanted.text
    FROM {{schema}}.sessions AS stored JOIN wanted USING (handle)
    WHERE stored.xmin = wanted.mark AND wanted.key = ANY (stored.keys)
    ORDER BY stored.handle FOR NO KEY UPDATE OF stored
)
UPDATE {{schema}}.sessions AS stored SET
    texts[array_position(stored.keys, still.key)] = still.text,
    version = stored.version + 1
    FROM still WHERE stored.ctid = still.place
    RETURNING stored.handle, stored.xmin
"""


def to_lines(
    changes: Sequence[Change], known: Sequence[Seen | None]
) -> tuple[list[int], list[str]]:
    """Return which of *changes* `WRITE` can make of what is *known*, and its arguments.

    All but the last: each is a column with a line for each change, the first the names
    of the handles.
    """
    if not are_of_different_records(changes):
        return [], []
    places, lines = [], []
    for at, (change, seen) in enumerate(zip(changes, known, strict=True)):
        if seen is not None and (line := _line(change, seen)):
            places.append(at)
            lines.append(line)
    return places, list(map("\n".join, zip(*lines, strict=True)))


def _line(change: Change, seen: Seen) -> tuple[str, ...]:
    if not only_sets_values_of(change, seen.record) or len(change.values) != 1:
        return ()
    ((key, text),) = change.values.items()
    if text is None or "\n" in text:
        return ()
    return rows.to_name(change.handle), seen.mark, encode_key(key), text
