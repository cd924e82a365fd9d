-- The tables of one service's facts. What is deletable lies beside the facts, never among them.
-- Texts are compared byte by byte, whatever language the server is set to: as on SQLite.

CREATE TABLE facts.facts (
    position bigint PRIMARY KEY,
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    topic text COLLATE "C" NOT NULL,
    state bytea NOT NULL,
    link bytea NOT NULL,
    CONSTRAINT facts_version UNIQUE (originator_id, originator_version)
);

-- One row that every append changes: room on its page, so that nothing but this page is written.
CREATE TABLE facts.head (
    one integer PRIMARY KEY CHECK (one = 1),
    position bigint NOT NULL,
    link bytea NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
INSERT INTO facts.head VALUES (1, 0, decode(repeat('00', 32), 'hex'));

CREATE TABLE facts.commands (
    command_id uuid CONSTRAINT command_known PRIMARY KEY,
    digest bytea NOT NULL,
    answer text NOT NULL,
    position bigint NOT NULL
);

CREATE TABLE facts.tracking (
    reader text COLLATE "C" PRIMARY KEY,
    position bigint NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

CREATE TABLE facts.sides (
    kind text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    value bytea NOT NULL,
    PRIMARY KEY (kind, key)
);

-- Times are whole microseconds since 1970.
CREATE TABLE facts.due (
    kind text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    due_at bigint NOT NULL,
    wake_at bigint NOT NULL,
    tries integer NOT NULL,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX due_in_order ON facts.due (wake_at, due_at, kind, subject);

CREATE TABLE facts.snapshots (
    originator_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    stamp text NOT NULL,
    state bytea NOT NULL
);

CREATE TABLE facts.kept (
    position bigint PRIMARY KEY,
    source text COLLATE "C" NOT NULL,
    source_position bigint NOT NULL,
    type text NOT NULL,
    envelope bytea NOT NULL,
    link bytea NOT NULL,
    CONSTRAINT kept_source UNIQUE (source, source_position)
);
CREATE INDEX kept_by_type ON facts.kept (type, position);

CREATE TABLE facts.parked (
    name text COLLATE "C" PRIMARY KEY,
    source text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    subject text COLLATE "C" NOT NULL,
    type text NOT NULL,
    stage text NOT NULL,
    cause text NOT NULL,
    parked_at bigint NOT NULL,
    envelope bytea NOT NULL
);
CREATE INDEX parked_in_order ON facts.parked (source, position, name);
CREATE INDEX parked_behind ON facts.parked (source, subject, position, name);
