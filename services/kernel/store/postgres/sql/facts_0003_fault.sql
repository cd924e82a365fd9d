-- What the server itself finds wrong with the tables of the facts and their indexes; NULL when all is well.
-- The extension amcheck looks at every page, where the server has it and migrating was allowed to set it up (in the
-- schema "checks"); else every table is counted with and without its indexes.

CREATE FUNCTION facts.count_by_heap(named regclass) RETURNS bigint LANGUAGE plpgsql STABLE
SET enable_indexscan = off SET enable_indexonlyscan = off SET enable_bitmapscan = off AS $$
DECLARE
    counted bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM %s', named) INTO counted;
    RETURN counted;
END
$$;

CREATE FUNCTION facts.count_by_index(named regclass) RETURNS bigint LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    counted bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM %s', named) INTO counted;
    RETURN counted;
END
$$;

CREATE FUNCTION facts.is_checked() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(has_function_privilege(to_regprocedure('checks.bt_index_check(regclass, boolean)'), 'EXECUTE'), false)
       AND coalesce(has_function_privilege(
           to_regprocedure('checks.verify_heapam(regclass, boolean, boolean, text, bigint, bigint)'), 'EXECUTE'), false)
$$;

CREATE FUNCTION facts.fault() RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    relation record;
    found text;
    with_checks boolean := facts.is_checked();
BEGIN
    FOR relation IN
        SELECT c.oid::regclass AS named, c.relkind AS kind, i.indisvalid AS is_valid
        FROM pg_class AS c LEFT JOIN pg_index AS i ON i.indexrelid = c.oid
        WHERE c.relnamespace = 'facts'::regnamespace AND c.relkind IN ('r', 'i') ORDER BY c.relkind, c.relname
    LOOP
        IF relation.kind = 'i' AND NOT relation.is_valid THEN
            RETURN format('the index %s is not valid', relation.named);
        ELSIF relation.kind = 'i' AND with_checks THEN
            PERFORM checks.bt_index_check(relation.named, true);
        ELSIF relation.kind = 'r' AND with_checks THEN
            SELECT format('%s, block %s: %s', relation.named, v.blkno, v.msg) INTO found
            FROM checks.verify_heapam(relation.named) AS v LIMIT 1;
            IF found IS NOT NULL THEN
                RETURN found;
            END IF;
        ELSIF relation.kind = 'r' AND facts.count_by_heap(relation.named) <> facts.count_by_index(relation.named) THEN
            RETURN format('%s has another number of rows than its indexes', relation.named);
        END IF;
    END LOOP;
    RETURN NULL;
EXCEPTION
    WHEN OTHERS THEN
        RETURN SQLERRM;
END
$$;
