/**
 * The tables of a new database file. ../postgres/schema.ts has the same columns, as a test verifies. STRICT tables refuse
 * values of the wrong type. AUTOINCREMENT never reuses an id, so that the deliveries of an erased person never belong to
 * another.
 */
export const SCHEMA = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO meta (name, value) VALUES ('epoch', 0);

  CREATE TABLE views (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, body TEXT NOT NULL, source TEXT) STRICT;
  CREATE INDEX views_by_source ON views (source) WHERE source IS NOT NULL;

  CREATE TABLE subscribers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    address TEXT NOT NULL,
    address_key TEXT NOT NULL UNIQUE,
    address_hash TEXT NOT NULL,
    domain TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'paused', 'gone', 'bounced')),
    paused_until INTEGER CHECK (paused_until IS NULL OR state = 'paused'),
    frequency TEXT NOT NULL CHECK (frequency IN ('daily', 'weekly', 'monthly')),
    view_id INTEGER NOT NULL REFERENCES views (id),
    told_view_id INTEGER REFERENCES views (id),
    origin TEXT NOT NULL CHECK (origin IN ('named', 'operator', 'site', 'mail')),
    joined_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE suppressions (
    hash TEXT PRIMARY KEY,
    since INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE editions (
    id INTEGER PRIMARY KEY,
    edition_id TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('outbox', 'smtp')),
    body TEXT NOT NULL,
    prepared_at INTEGER NOT NULL,
    send_before INTEGER NOT NULL,
    candidates INTEGER NOT NULL,
    excluded TEXT NOT NULL,
    prepared INTEGER NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
    for_list INTEGER NOT NULL DEFAULT 0 CHECK (for_list IN (0, 1)),
    UNIQUE (edition_id, channel)
  ) STRICT;
  CREATE INDEX editions_open ON editions (channel, send_before) WHERE closed = 0;

  CREATE TABLE letters (
    id INTEGER PRIMARY KEY,
    edition_ref INTEGER NOT NULL REFERENCES editions (id),
    body TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX letters_by_edition ON letters (edition_ref);

  CREATE TABLE letter_papers (
    letter_id INTEGER NOT NULL REFERENCES letters (id),
    paper TEXT NOT NULL,
    PRIMARY KEY (letter_id, paper)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX letter_papers_by_paper ON letter_papers (paper);

  CREATE TABLE covered_days (
    channel TEXT NOT NULL,
    day TEXT NOT NULL,
    edition_ref INTEGER NOT NULL REFERENCES editions (id),
    PRIMARY KEY (channel, day, edition_ref)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    edition_ref INTEGER NOT NULL REFERENCES editions (id),
    subscriber_id INTEGER NOT NULL,
    letter_id INTEGER REFERENCES letters (id),
    state TEXT NOT NULL CHECK (state IN ('pending', 'claimed', 'sent', 'deferred', 'refused', 'uncertain', 'suppressed', 'expired')),
    attempts INTEGER NOT NULL DEFAULT 0,
    resends INTEGER NOT NULL DEFAULT 0 CHECK (resends IN (0, 1)),
    reported INTEGER NOT NULL DEFAULT 0 CHECK (reported IN (0, 1, 2)),
    next_at INTEGER,
    gate_at INTEGER,
    claim_id TEXT,
    lease_until INTEGER,
    detail TEXT,
    changed_at INTEGER NOT NULL,
    CHECK (letter_id IS NOT NULL OR state = 'suppressed'),
    CHECK (state <> 'claimed' OR (claim_id IS NOT NULL AND lease_until IS NOT NULL)),
    CHECK (state <> 'deferred' OR next_at IS NOT NULL)
  ) STRICT;
  CREATE UNIQUE INDEX deliveries_once ON deliveries (edition_ref, subscriber_id);
  CREATE INDEX deliveries_by_state ON deliveries (edition_ref, state, next_at);

  CREATE TABLE audience_snapshot (
    subscriber_id INTEGER PRIMARY KEY,
    snapshot INTEGER NOT NULL,
    view_id INTEGER NOT NULL,
    signature TEXT NOT NULL,
    day_index INTEGER NOT NULL,
    eligibility TEXT NOT NULL,
    is_named INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    source TEXT,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    result TEXT NOT NULL
  ) STRICT;

  CREATE TABLE named_values (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE signups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    address TEXT NOT NULL,
    address_key TEXT NOT NULL UNIQUE,
    frequency TEXT NOT NULL CHECK (frequency IN ('daily', 'weekly', 'monthly')),
    view_id INTEGER NOT NULL REFERENCES views (id),
    origin TEXT NOT NULL CHECK (origin IN ('site', 'mail')),
    requested_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE signup_attempts (hash TEXT PRIMARY KEY, attempts INTEGER NOT NULL, last_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE newcomers (
    subscriber_id INTEGER PRIMARY KEY REFERENCES subscribers (id) ON DELETE CASCADE,
    confirmed_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE growth (
    day TEXT NOT NULL,
    event TEXT NOT NULL CHECK (event IN ('requested', 'confirmed', 'joined', 'left', 'bounced', 'complained')),
    people INTEGER NOT NULL,
    PRIMARY KEY (day, event)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE token_buckets (
    name TEXT PRIMARY KEY,
    tokens REAL NOT NULL,
    refilled_at INTEGER NOT NULL,
    full_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX token_buckets_by_full ON token_buckets (full_at);

  CREATE TABLE transactional_mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('confirm', 'reply', 'note')),
    address_key TEXT,
    body TEXT,
    state TEXT NOT NULL CHECK (state IN ('pending', 'claimed', 'sent', 'deferred', 'refused', 'uncertain', 'expired')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER,
    send_before INTEGER NOT NULL,
    claim_id TEXT,
    lease_until INTEGER,
    detail TEXT,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    CHECK (body IS NOT NULL OR state NOT IN ('pending', 'claimed', 'deferred'))
  ) STRICT;
  CREATE INDEX transactional_mails_by_state ON transactional_mails (state, next_at);

  CREATE TABLE inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hash TEXT NOT NULL UNIQUE,
    raw BLOB,
    outcome TEXT,
    received_at INTEGER NOT NULL,
    settled_at INTEGER,
    CHECK ((outcome IS NULL) = (raw IS NOT NULL))
  ) STRICT;
  CREATE INDEX inbox_waiting ON inbox (id) WHERE outcome IS NULL;

  CREATE TABLE bounces (
    id INTEGER PRIMARY KEY,
    subscriber_id INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    damage TEXT NOT NULL CHECK (damage IN ('permanent', 'soft')),
    status TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX bounces_by_reader ON bounces (subscriber_id, at);

  CREATE TABLE pushes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    edition_id TEXT NOT NULL,
    target TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'claimed', 'sent', 'skipped', 'deferred', 'refused', 'uncertain', 'expired')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER,
    send_before INTEGER NOT NULL,
    gate_at INTEGER,
    claim_id TEXT,
    lease_until INTEGER,
    detail TEXT,
    changed_at INTEGER NOT NULL,
    UNIQUE (edition_id, target),
    CHECK ((state = 'claimed') = (claim_id IS NOT NULL AND lease_until IS NOT NULL)),
    CHECK ((state = 'deferred') = (next_at IS NOT NULL))
  ) STRICT;
  CREATE INDEX pushes_by_state ON pushes (state, next_at);

  CREATE TABLE archive_editions (
    edition_ref INTEGER PRIMARY KEY REFERENCES editions (id),
    date TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('day', 'week', 'month')),
    last TEXT NOT NULL,
    at INTEGER NOT NULL,
    papers INTEGER NOT NULL,
    titles TEXT NOT NULL
  ) STRICT;
  CREATE INDEX archive_editions_by_date ON archive_editions (kind, last);
  CREATE INDEX archive_editions_by_time ON archive_editions (at);

  CREATE TABLE archive_papers (
    id INTEGER PRIMARY KEY,
    paper TEXT NOT NULL UNIQUE,
    newest_at INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX archive_papers_by_time ON archive_papers (first_at DESC, position);

  CREATE TABLE archive_paper_editions (
    paper_ref INTEGER NOT NULL REFERENCES archive_papers (id),
    edition_ref INTEGER NOT NULL REFERENCES archive_editions (edition_ref),
    PRIMARY KEY (paper_ref, edition_ref)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX archive_paper_editions_by_edition ON archive_paper_editions (edition_ref);

  CREATE VIRTUAL TABLE archive_index USING fts5 (
    title, keywords, authors, abstract, content = '', contentless_delete = 1, prefix = '2 3 4',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co' tokenchars '.+#'"
  );
`;
