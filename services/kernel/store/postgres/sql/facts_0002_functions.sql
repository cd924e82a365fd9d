-- All that a service may change: it has EXECUTE on append, postpone and keep_snapshot, SELECT on the tables, and no more.
-- A function that is to take other arguments gets a new name or signature beside the old one, which stays for a
-- release: a service that has not been restarted yet goes on calling it.
--
-- Clashes are told apart by their own codes:
--   AG001 a fact does not follow the stored version      AG002 what a decision relied on has moved on
--   AG003 a position was seen                            AG004 a unique side row exists; DETAIL is its place, from 1
--   AG005 what is to be released is not parked           23505 command_known: the command was carried out

CREATE FUNCTION facts.version_of(stream uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(max(f.originator_version), 0) FROM facts.facts AS f WHERE f.originator_id = stream
$$;

-- Number, link (as chain.next_link does) and store facts on top of the head; returns the position before them.
CREATE FUNCTION facts.store_facts(ids uuid[], versions bigint[], topics text[], states bytea[])
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    before bigint;
    last_link bytea;
    links bytea[] := '{}';
    fact record;
    name bytea;
BEGIN
    SELECT h.position, h.link INTO STRICT before, last_link FROM facts.head AS h;
    IF cardinality(ids) = 0 THEN
        RETURN before;
    END IF;
    IF EXISTS (
        SELECT FROM (
            SELECT f.version, coalesce(
                lag(f.version) OVER (PARTITION BY f.id ORDER BY f.number), facts.version_of(f.id)) AS latest
            FROM unnest(ids, versions) WITH ORDINALITY AS f (id, version, number)
        ) AS followed WHERE followed.version <> followed.latest + 1
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'AG001', MESSAGE = 'a fact does not follow the stored version';
    END IF;
    FOR fact IN
        SELECT f.* FROM unnest(ids, versions, topics, states) WITH ORDINALITY AS f (id, version, topic, state, number)
        ORDER BY f.number
    LOOP
        name := convert_to(fact.topic, 'UTF8');
        last_link := sha256(
            last_link || int8send(before + fact.number) || uuid_send(fact.id) || int8send(fact.version)
            || int4send(length(name)) || name || fact.state);
        links := array_append(links, last_link);
    END LOOP;
    INSERT INTO facts.facts (position, originator_id, originator_version, topic, state, link)
    SELECT before + f.number, f.id, f.version, f.topic, f.state, f.link
    FROM unnest(ids, versions, topics, states, links) WITH ORDINALITY AS f (id, version, topic, state, link, number);
    UPDATE facts.head SET position = before + cardinality(ids), link = last_link;
    RETURN before;
END
$$;

CREATE FUNCTION facts.refuse_outdated(ids uuid[], versions bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM unnest(ids, versions) AS r (id, version) WHERE r.version <> facts.version_of(r.id)) THEN
        RAISE EXCEPTION USING ERRCODE = 'AG002', MESSAGE = 'what was relied on has moved on';
    END IF;
END
$$;

CREATE FUNCTION facts.store_sides(kinds text[], keys text[], contents bytea[], uniques boolean[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    side record;
BEGIN
    FOR side IN
        SELECT s.* FROM unnest(kinds, keys, contents, uniques) WITH ORDINALITY AS s (kind, key, value, is_unique, number)
        ORDER BY s.number
    LOOP
        IF side.value IS NULL THEN
            DELETE FROM facts.sides AS s WHERE s.kind = side.kind AND s.key = side.key;
        ELSIF side.is_unique THEN
            INSERT INTO facts.sides (kind, key, value) VALUES (side.kind, side.key, side.value) ON CONFLICT DO NOTHING;
            IF NOT FOUND THEN
                RAISE EXCEPTION USING ERRCODE = 'AG004', MESSAGE = 'a side row exists', DETAIL = side.number::text;
            END IF;
        ELSE
            INSERT INTO facts.sides AS s (kind, key, value) VALUES (side.kind, side.key, side.value)
            ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value;
        END IF;
    END LOOP;
END
$$;

CREATE FUNCTION facts.store_due(kinds text[], subjects text[], at bigint[], was_at bigint[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    due record;
BEGIN
    FOR due IN
        SELECT d.* FROM unnest(kinds, subjects, at, was_at) WITH ORDINALITY AS d (kind, subject, due_at, was_due_at, number)
        ORDER BY d.number
    LOOP
        IF due.due_at IS NULL THEN
            DELETE FROM facts.due AS d WHERE d.kind = due.kind AND d.subject = due.subject
                AND d.due_at = coalesce(due.was_due_at, d.due_at);
        ELSE
            INSERT INTO facts.due AS d (kind, subject, due_at, wake_at, tries)
            VALUES (due.kind, due.subject, due.due_at, due.due_at, 0)
            ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at, wake_at = excluded.wake_at, tries = 0;
        END IF;
    END LOOP;
END
$$;

CREATE FUNCTION facts.store_tracking(readers text[], positions bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    seen record;
BEGIN
    FOR seen IN
        SELECT t.* FROM unnest(readers, positions) WITH ORDINALITY AS t (reader, position, number) ORDER BY t.number
    LOOP
        INSERT INTO facts.tracking AS t (reader, position) VALUES (seen.reader, seen.position)
        ON CONFLICT (reader) DO UPDATE SET position = excluded.position WHERE t.position < excluded.position;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'AG003', MESSAGE = format('%s has seen %s', seen.reader, seen.position);
        END IF;
    END LOOP;
END
$$;

-- Number, link (as chain.kept_link does) and store messages of other logs.
CREATE FUNCTION facts.keep(sources text[], source_positions bigint[], types text[], envelopes bytea[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    last_position bigint;
    last_link bytea;
    message record;
BEGIN
    SELECT k.position, k.link INTO last_position, last_link FROM facts.kept AS k ORDER BY k.position DESC LIMIT 1;
    last_position := coalesce(last_position, 0);
    last_link := coalesce(last_link, decode(repeat('00', 32), 'hex'));
    FOR message IN
        SELECT k.* FROM unnest(sources, source_positions, types, envelopes) WITH ORDINALITY
            AS k (source, source_position, type, envelope, number)
        ORDER BY k.number
    LOOP
        last_position := last_position + 1;
        last_link := sha256(last_link || convert_to(message.source || ':' || message.source_position, 'UTF8'));
        INSERT INTO facts.kept (position, source, source_position, type, envelope, link) VALUES (
            last_position, message.source, message.source_position, message.type, message.envelope, last_link);
    END LOOP;
END
$$;

-- Park and release in the order given; a row without a stage is to be released.
CREATE FUNCTION facts.park(
    names text[], sources text[], positions bigint[], subjects text[], types text[], stages text[], causes text[],
    times bigint[], envelopes bytea[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    parked record;
BEGIN
    FOR parked IN
        SELECT p.* FROM unnest(names, sources, positions, subjects, types, stages, causes, times, envelopes)
            WITH ORDINALITY AS p (name, source, position, subject, type, stage, cause, parked_at, envelope, number)
        ORDER BY p.number
    LOOP
        IF parked.stage IS NOT NULL THEN
            INSERT INTO facts.parked (name, source, position, subject, type, stage, cause, parked_at, envelope)
            VALUES (parked.name, parked.source, parked.position, parked.subject, parked.type, parked.stage,
                parked.cause, parked.parked_at, parked.envelope)
            ON CONFLICT (name) DO NOTHING;
        ELSE
            DELETE FROM facts.parked AS p WHERE p.name = parked.name;
            IF NOT FOUND THEN
                RAISE EXCEPTION USING ERRCODE = 'AG005', MESSAGE = 'it is not parked';
            END IF;
        END IF;
    END LOOP;
END
$$;

-- One append: everything, or nothing. One writer at a time, and the lock is let go after the commit is to be seen,
-- so that whoever tails the positions never sees one before another that is lower.
-- facts_upto and command_entries: how many facts there are up to the end of each entry; the entry of each command, from 1.
-- Returns the position that each entry has reached.
CREATE FUNCTION facts.append(
    fact_ids uuid[], fact_versions bigint[], fact_topics text[], fact_states bytea[], facts_upto bigint[],
    read_ids uuid[], read_versions bigint[],
    command_ids uuid[], command_digests bytea[], command_answers text[], command_entries bigint[],
    side_kinds text[], side_keys text[], side_values bytea[], side_uniques boolean[],
    due_kinds text[], due_subjects text[], due_at bigint[], due_was_at bigint[],
    tracking_readers text[], tracking_positions bigint[],
    kept_sources text[], kept_positions bigint[], kept_types text[], kept_envelopes bytea[],
    parked_names text[], parked_sources text[], parked_positions bigint[], parked_subjects text[], parked_types text[],
    parked_stages text[], parked_causes text[], parked_at bigint[], parked_envelopes bytea[]
) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    before bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(16711, 1);
    before := facts.store_facts(fact_ids, fact_versions, fact_topics, fact_states);
    IF cardinality(read_ids) > 0 THEN
        PERFORM facts.refuse_outdated(read_ids, read_versions);
    END IF;
    IF cardinality(command_ids) > 0 THEN
        INSERT INTO facts.commands (command_id, digest, answer, position)
        SELECT c.id, c.digest, c.answer, before + facts_upto[c.entry]
        FROM unnest(command_ids, command_digests, command_answers, command_entries) AS c (id, digest, answer, entry);
    END IF;
    IF cardinality(side_kinds) > 0 THEN
        PERFORM facts.store_sides(side_kinds, side_keys, side_values, side_uniques);
    END IF;
    IF cardinality(due_kinds) > 0 THEN
        PERFORM facts.store_due(due_kinds, due_subjects, due_at, due_was_at);
    END IF;
    IF cardinality(tracking_readers) > 0 THEN
        PERFORM facts.store_tracking(tracking_readers, tracking_positions);
    END IF;
    IF cardinality(kept_sources) > 0 THEN
        PERFORM facts.keep(kept_sources, kept_positions, kept_types, kept_envelopes);
    END IF;
    IF cardinality(parked_names) > 0 THEN
        PERFORM facts.park(parked_names, parked_sources, parked_positions, parked_subjects, parked_types,
            parked_stages, parked_causes, parked_at, parked_envelopes);
    END IF;
    RETURN (SELECT coalesce(array_agg(before + e.upto ORDER BY e.number), '{}')
            FROM unnest(facts_upto) WITH ORDINALITY AS e (upto, number));
END
$$;

-- Try a due row again later; nothing happens when it was cleared or moved meanwhile.
CREATE FUNCTION facts.postpone(row_kind text, row_subject text, was_due_at bigint, until bigint)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
    UPDATE facts.due SET wake_at = until, tries = tries + 1
    WHERE kind = row_kind AND subject = row_subject AND due_at = was_due_at
$$;

CREATE FUNCTION facts.keep_snapshot(stream uuid, at_version bigint, taken_by text, content bytea)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
    INSERT INTO facts.snapshots (originator_id, version, stamp, state) VALUES (stream, at_version, taken_by, content)
    ON CONFLICT (originator_id) DO UPDATE
    SET version = excluded.version, stamp = excluded.stamp, state = excluded.state
$$;
