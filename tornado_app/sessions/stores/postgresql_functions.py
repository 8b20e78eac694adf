"""The functions that change session records inside the PostgreSQL server.

They say of many changes at once what `merging.merge` says of one. Each is PL/pgSQL
whose ``{schema}`` is the quoted name of the schema that it lives in.
"""

# Rows are locked in the order of their handles, here as everywhere below: two
# processes that change the same records never wait for each other in a circle.
_APPLY = """
CREATE FUNCTION {schema}.apply_changes(changes json) RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
    change {schema}.change;
    outcomes text[] := array_fill(NULL::text, ARRAY[json_array_length(changes)]);
BEGIN
    PERFORM {schema}.be_durable();
    FOR change IN
        SELECT * FROM json_populate_recordset(NULL::{schema}.change, changes)
        ORDER BY handle COLLATE "C", place
    LOOP
        outcomes[change.place] := CASE change.kind
            WHEN 'create' THEN {schema}.create_record(change)
            WHEN 'update' THEN {schema}.update_record(change)
            WHEN 'delete' THEN {schema}.delete_record(change)
        END;
    END LOOP;
    RETURN outcomes;
END $$
"""

BE_DURABLE = """
    CASE WHEN current_setting('synchronous_commit') = 'off'
        THEN set_config('synchronous_commit', 'on', true) END
"""
"""Makes the transaction survive a power cut, even where the server's own setting does
not wait for the disk. A stricter setting (remote_apply) is left alone."""

_BE_DURABLE = f"""
CREATE FUNCTION {{schema}}.be_durable() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM {BE_DURABLE};
END $$
"""

_CREATE = """
CREATE FUNCTION {schema}.create_record(change {schema}.change) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {schema}.sessions
        SELECT * FROM json_populate_record(NULL::{schema}.sessions, change.record)
        ON CONFLICT DO NOTHING;
    RETURN CASE WHEN FOUND THEN 'applied' ELSE 'taken' END;
END $$
"""

_DELETE = """
CREATE FUNCTION {schema}.delete_record(change {schema}.change) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM {schema}.sessions
        WHERE handle = change.handle
        AND generation = coalesce(change.generation, generation);
    RETURN CASE WHEN FOUND THEN 'applied' ELSE 'gone' END;
END $$
"""

# Only an update that can grow the record comes with max_bytes. A comparison with
# NULL is not true, so what a change leaves out asks for nothing.
_UPDATE = """
CREATE FUNCTION {schema}.update_record(change {schema}.change) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    record {schema}.sessions;
    superseded boolean;
BEGIN
    SELECT * INTO record FROM {schema}.sessions
        WHERE handle = change.handle FOR NO KEY UPDATE;
    IF NOT FOUND OR record.expires_at <= change.now_at
        OR record.generation <> change.generation THEN
        RETURN 'gone';
    ELSIF record.version <> change.version THEN
        RETURN 'conflict';
    END IF;

    record := {schema}.with_data(record, change);
    IF change.max_bytes < {schema}.size_bytes(record) THEN
        RETURN 'too large';
    END IF;

    superseded := change.sign_in_at IS NULL AND record.id_digest <> change.id_digest;
    record := {schema}.with_marks(record, change, superseded);
    UPDATE {schema}.sessions SET
        id_digest = record.id_digest,
        last_seen_at = record.last_seen_at,
        expires_at = record.expires_at,
        renewed_at = record.renewed_at,
        keys = record.keys,
        texts = record.texts,
        flashes = record.flashes,
        "user" = record."user",
        signed_in_at = record.signed_in_at,
        idle_timeout = record.idle_timeout,
        previous_digest = record.previous_digest,
        previous_until = record.previous_until,
        generation = record.generation,
        version = record.version + 1
        WHERE handle = change.handle;
    RETURN CASE WHEN superseded THEN 'superseded' ELSE 'applied' END;
END $$
"""

_WITH_DATA = """
CREATE FUNCTION {schema}.with_data(record {schema}.sessions, change {schema}.change)
RETURNS {schema}.sessions
LANGUAGE plpgsql AS $$
DECLARE
    found integer;
BEGIN
    IF change.clear THEN
        record.keys := ARRAY[]::text[];
        record.texts := ARRAY[]::text[];
        record.flashes := ARRAY[]::text[];
    END IF;
    FOR i IN 1 .. coalesce(cardinality(change.keys), 0) LOOP
        found := array_position(record.keys, change.keys[i]);
        IF change.texts[i] IS NULL THEN
            CONTINUE WHEN found IS NULL;
            record.keys := record.keys[:found - 1] || record.keys[found + 1:];
            record.texts := record.texts[:found - 1] || record.texts[found + 1:];
        ELSIF found IS NULL THEN
            record.keys := record.keys || change.keys[i];
            record.texts := record.texts || change.texts[i];
        ELSE
            record.texts[found] := change.texts[i];
        END IF;
    END LOOP;
    IF change.add_flashes IS NOT NULL OR change.drop_flashes IS NOT NULL
        OR cardinality(record.flashes) > change.max_flashes THEN
        record.flashes := {schema}.merged_flashes(record.flashes, change);
    END IF;
    RETURN record;
END $$
"""

# A flash is the JSON text of [id, category, text]: it sorts by its id. Which are to go
# is said by how they begin, for every json function refuses a flash with \u0000 in it.
_MERGED_FLASHES = """
CREATE FUNCTION {schema}.merged_flashes(stored text[], change {schema}.change)
RETURNS text[]
LANGUAGE plpgsql AS $$
BEGIN
    RETURN ARRAY(
        SELECT flash FROM (
            SELECT flash FROM (
                SELECT flash FROM unnest(stored) AS flash WHERE NOT EXISTS (
                    SELECT FROM unnest(change.drop_flashes) AS beginning
                    WHERE starts_with(flash, beginning)
                )
                UNION ALL
                SELECT flash FROM unnest(change.add_flashes) AS flash
            ) AS merged
            ORDER BY flash COLLATE "C" DESC LIMIT change.max_flashes
        ) AS newest
        ORDER BY flash COLLATE "C"
    );
END $$
"""

# The bytes of {"key":text,...}, then of [flash,...] if there is one; the joined
# texts hold one separator less than there are elements.
_SIZE_BYTES = """
CREATE FUNCTION {schema}.size_bytes(record {schema}.sessions) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
    RETURN octet_length(array_to_string(record.keys, ':'))
        + octet_length(array_to_string(record.texts, ','))
        + CASE WHEN cardinality(record.keys) > 0 THEN 3 ELSE 2 END
        + CASE WHEN cardinality(record.flashes) > 0
            THEN octet_length(array_to_string(record.flashes, ',')) + 2 ELSE 0 END;
END $$
"""

_WITH_MARKS = """
CREATE FUNCTION {schema}.with_marks(
    record {schema}.sessions, change {schema}.change, superseded boolean
) RETURNS {schema}.sessions
LANGUAGE plpgsql AS $$
BEGIN
    IF change.sign_in_at IS NOT NULL THEN
        record."user" := change.sign_in_user;
        record.signed_in_at := change.sign_in_at;
        record.id_digest := change.new_digest;
        record.renewed_at := change.sign_in_at;
        record.previous_digest := NULL;
        record.previous_until := NULL;
        record.generation := record.generation + 1;
    ELSIF change.new_digest IS NOT NULL AND NOT superseded THEN
        record.previous_digest := record.id_digest;
        record.previous_until := change.grace_until;
        record.id_digest := change.new_digest;
        record.renewed_at := change.now_at;
    END IF;
    IF change.sets_idle THEN
        record.idle_timeout := change.own_idle;
    END IF;
    IF change.touch THEN
        record.last_seen_at := greatest(record.last_seen_at, change.now_at);
    END IF;
    IF change.touch OR change.sets_idle OR change.sign_in_at IS NOT NULL THEN
        record.expires_at := least(
            record.last_seen_at + coalesce(record.idle_timeout, change.policy_idle),
            change.ends_at
        );
    END IF;
    RETURN record;
END $$
"""

_DELETE_USER = """
CREATE FUNCTION {schema}.delete_user(of_user text, now_at bigint, keep text)
RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    live bigint;
BEGIN
    PERFORM {schema}.be_durable();
    WITH doomed AS MATERIALIZED (
        SELECT handle FROM {schema}.sessions
            WHERE "user" = of_user AND handle IS DISTINCT FROM keep
            ORDER BY handle FOR UPDATE
    ), gone AS (
        DELETE FROM {schema}.sessions AS s USING doomed
            WHERE s.handle = doomed.handle RETURNING s.expires_at
    )
    SELECT count(*) INTO live FROM gone WHERE expires_at > now_at;
    RETURN live;
END $$
"""

# A million records go at once with TRUNCATE, which has to be alone with the table.
# Somebody who reads it for long (a backup) must not hold up every visitor meanwhile.
_DELETE_ALL = """
CREATE FUNCTION {schema}.delete_all(now_at bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    live bigint;
BEGIN
    PERFORM {schema}.be_durable();
    BEGIN
        PERFORM set_config('lock_timeout', '200ms', true);
        LOCK TABLE {schema}.sessions IN ACCESS EXCLUSIVE MODE;
        SELECT count(*) INTO live FROM {schema}.sessions WHERE expires_at > now_at;
        TRUNCATE {schema}.sessions;
        RETURN live;
    EXCEPTION WHEN lock_not_available OR insufficient_privilege THEN
        NULL;  -- undone, the lock_timeout too
    END;
    PERFORM handle FROM {schema}.sessions ORDER BY handle FOR UPDATE;
    WITH gone AS (DELETE FROM {schema}.sessions RETURNING expires_at)
    SELECT count(*) INTO live FROM gone WHERE expires_at > now_at;
    RETURN live;
END $$
"""

# One process at a time sweeps; another finds nothing to do for the moment.
_DELETE_EXPIRED = """
CREATE FUNCTION {schema}.delete_expired(now_at bigint, most integer) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    deleted bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock({sweep_lock}) THEN
        RETURN 0;
    END IF;
    DELETE FROM {schema}.sessions WHERE handle = ANY (ARRAY(
        SELECT handle FROM {schema}.sessions WHERE expires_at <= now_at
        ORDER BY expires_at LIMIT most FOR UPDATE SKIP LOCKED
    ));
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END $$
"""

FUNCTIONS = (
    _BE_DURABLE,
    _MERGED_FLASHES,
    _WITH_DATA,
    _SIZE_BYTES,
    _WITH_MARKS,
    _CREATE,
    _DELETE,
    _UPDATE,
    _APPLY,
    _DELETE_USER,
    _DELETE_ALL,
    _DELETE_EXPIRED,
)
"""Statements that make the functions, each after those that it calls."""
