/** One step of the schema of the log. Steps are only ever added; a released one never changes (its hash is pinned by a test). */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** Marks a SQLite file as regline's: "rgln" in ASCII. */
export const APPLICATION_ID = 0x72676c6e;

/**
 * Content tables. They are appended to and never rebuilt; the database itself refuses any change, whoever tries.
 * Everything else in the file can be dropped and made again from them.
 */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
CREATE TABLE source (
  source INTEGER PRIMARY KEY, -- number used by event.source
  cite   TEXT NOT NULL UNIQUE -- who said it: a message-id, a commit, an address, sha256:… of a log
) STRICT;

CREATE TABLE batch (
  batch         INTEGER PRIMARY KEY, -- 1, 2, … : one import of one file, or one decision
  recorded_at   TEXT NOT NULL,       -- when this log took it in, ISO instant, UTC
  actor         TEXT NOT NULL,       -- who did it
  tool          TEXT NOT NULL,       -- the tool and its version
  importer      TEXT,                -- the importer and its version; NULL for a decision
  carrier       TEXT,                -- the file or address in which the events were met
  carrier_hash  TEXT,                -- SHA-256 of its decompressed bytes
  first_position INTEGER NOT NULL,   -- of its first event
  events        INTEGER NOT NULL,    -- how many events it has
  digest        BLOB NOT NULL,       -- 8 bytes for each event: a hash over its id and locator
  hash          TEXT NOT NULL        -- SHA-256 over the batch before, this row and the digest
) STRICT;

CREATE TABLE event (
  position INTEGER PRIMARY KEY,  -- 1, 2, … without a gap
  id       TEXT NOT NULL UNIQUE, -- SHA-256 over type, version, stream, known_at, source and payload
  batch    INTEGER NOT NULL REFERENCES batch,
  stream   TEXT NOT NULL,        -- the statement that this is a version of
  type     TEXT NOT NULL,
  version  INTEGER NOT NULL,     -- of the type, when it was written
  known_at TEXT,                 -- an instant, a day or a month; NULL where nobody knows
  source   INTEGER NOT NULL REFERENCES source,
  payload  TEXT NOT NULL,        -- canonical JSON
  locator  TEXT NOT NULL         -- the place inside the carrier
) STRICT;
CREATE INDEX event_type ON event (type, position);
CREATE INDEX event_stream ON event (stream);

CREATE TABLE head (
  only     INTEGER PRIMARY KEY CHECK (only = 1), -- one row: where the log ends, so that a cut-off tail is noticed
  position INTEGER NOT NULL,
  batch    INTEGER NOT NULL,
  hash     TEXT NOT NULL
) STRICT;
INSERT INTO head VALUES (1, 0, 0, '');

CREATE TABLE read_model (
  name     TEXT PRIMARY KEY, -- of a read model whose rows are kept in rm_… tables
  version  TEXT NOT NULL,
  position INTEGER NOT NULL  -- of the last event that was folded
) STRICT;

CREATE TRIGGER source_stays BEFORE UPDATE ON source BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER source_kept BEFORE DELETE ON source BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER batch_stays BEFORE UPDATE ON batch BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER batch_kept BEFORE DELETE ON batch BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER event_kept BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
-- INSERT OR REPLACE removes the old row without asking the DELETE triggers, so it is refused before it begins.
CREATE TRIGGER source_new BEFORE INSERT ON source
  WHEN EXISTS (SELECT 1 FROM source WHERE source = NEW.source OR cite = NEW.cite)
  BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER batch_next BEFORE INSERT ON batch
  WHEN NEW.batch <> (SELECT coalesce(max(batch), 0) + 1 FROM batch)
  BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER event_next BEFORE INSERT ON event
  WHEN NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM event)
    OR EXISTS (SELECT 1 FROM event WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER head_one BEFORE DELETE ON head BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
`,
  },
];
