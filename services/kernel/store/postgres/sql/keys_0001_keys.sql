-- The wrapped data keys of one service's persons. Empty bytes stand for a key that was destroyed, for ever.
-- What was destroyed leaves the table's pages within minutes: each dead row is one too many for the vacuum.

CREATE TABLE keys.keys (
    person text COLLATE "C" NOT NULL,
    purpose text COLLATE "C" NOT NULL,
    wrapped bytea NOT NULL,
    PRIMARY KEY (person, purpose)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 0);

CREATE FUNCTION keys.add(of_person text, for_purpose text, content bytea) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
    WITH added AS (
        INSERT INTO keys.keys (person, purpose, wrapped) VALUES (of_person, for_purpose, content)
        ON CONFLICT DO NOTHING RETURNING 1
    ) SELECT EXISTS (SELECT FROM added)
$$;

CREATE FUNCTION keys.bury(of_person text, for_purpose text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
    INSERT INTO keys.keys (person, purpose, wrapped) VALUES (of_person, for_purpose, '')
    ON CONFLICT (person, purpose) DO UPDATE SET wrapped = ''
$$;
