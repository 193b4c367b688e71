/** The SQL of types and tables in one kind of database. */
export interface SchemaTypes {
  /** A primary key that the database assigns. */
  readonly id: string;
  /** Like `id`, but never reused, so that the deliveries of an erased person never belong to another. */
  readonly newId: string;
  readonly int: string;
  /** A text that is compared byte by byte. */
  readonly key: string;
  readonly real: string;
  readonly bytes: string;
  /** The options of a table. */
  readonly rows: string;
  /** The options of a table whose primary key is not an id. */
  readonly keyed: string;
}

/** Returns the tables that both kinds of database have. Each adds its own indexes. */
export function sharedTables({ id, newId, int, key, real, bytes, rows, keyed }: SchemaTypes): string {
  return `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value ${int} NOT NULL)${keyed};

  CREATE TABLE views (id ${id}, hash ${key} NOT NULL UNIQUE, body TEXT NOT NULL, source ${key})${rows};
  CREATE INDEX views_by_source ON views (source) WHERE source IS NOT NULL;

  CREATE TABLE subscribers (
    id ${newId},
    address TEXT NOT NULL,
    address_key ${key} NOT NULL UNIQUE,
    address_hash ${key} NOT NULL,
    domain ${key} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'paused', 'gone', 'bounced')),
    paused_until ${int} CHECK (paused_until IS NULL OR state = 'paused'),
    frequency TEXT NOT NULL CHECK (frequency IN ('daily', 'weekly', 'monthly')),
    view_id ${int} NOT NULL REFERENCES views (id),
    told_view_id ${int} REFERENCES views (id),
    origin TEXT NOT NULL CHECK (origin IN ('named', 'operator', 'site', 'mail')),
    joined_at ${int} NOT NULL
  )${rows};

  CREATE TABLE suppressions (hash ${key} PRIMARY KEY, since ${int} NOT NULL)${keyed};

  CREATE TABLE editions (
    id ${id},
    edition_id ${key} NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('outbox', 'smtp')),
    body TEXT NOT NULL,
    prepared_at ${int} NOT NULL,
    send_before ${int} NOT NULL,
    candidates ${int} NOT NULL,
    excluded TEXT NOT NULL,
    prepared ${int} NOT NULL,
    closed ${int} NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
    for_list ${int} NOT NULL DEFAULT 0 CHECK (for_list IN (0, 1)),
    UNIQUE (edition_id, channel)
  )${rows};
  CREATE INDEX editions_open ON editions (channel, send_before) WHERE closed = 0;

  CREATE TABLE letters (
    id ${id},
    edition_ref ${int} NOT NULL REFERENCES editions (id),
    body TEXT NOT NULL,
    hash TEXT NOT NULL
  )${rows};
  CREATE INDEX letters_by_edition ON letters (edition_ref);

  CREATE TABLE letter_papers (
    letter_id ${int} NOT NULL REFERENCES letters (id),
    paper ${key} NOT NULL,
    PRIMARY KEY (letter_id, paper)
  )${keyed};
  CREATE INDEX letter_papers_by_paper ON letter_papers (paper);

  CREATE TABLE covered_days (
    channel ${key} NOT NULL,
    day ${key} NOT NULL,
    edition_ref ${int} NOT NULL REFERENCES editions (id),
    PRIMARY KEY (channel, day, edition_ref)
  )${keyed};

  CREATE TABLE deliveries (
    id ${id},
    edition_ref ${int} NOT NULL REFERENCES editions (id),
    subscriber_id ${int} NOT NULL,
    letter_id ${int} REFERENCES letters (id),
    state TEXT NOT NULL CHECK (state IN ('pending', 'claimed', 'sent', 'deferred', 'refused', 'uncertain', 'suppressed', 'expired')),
    attempts ${int} NOT NULL DEFAULT 0,
    resends ${int} NOT NULL DEFAULT 0 CHECK (resends IN (0, 1)),
    reported ${int} NOT NULL DEFAULT 0 CHECK (reported IN (0, 1, 2)),
    next_at ${int},
    gate_at ${int},
    claim_id TEXT,
    lease_until ${int},
    detail TEXT,
    changed_at ${int} NOT NULL,
    CHECK (letter_id IS NOT NULL OR state = 'suppressed'),
    CHECK (state <> 'claimed' OR (claim_id IS NOT NULL AND lease_until IS NOT NULL)),
    CHECK (state <> 'deferred' OR next_at IS NOT NULL)
  )${rows};
  CREATE UNIQUE INDEX deliveries_once ON deliveries (edition_ref, subscriber_id);

  CREATE TABLE audience_snapshot (
    subscriber_id ${int} PRIMARY KEY,
    snapshot ${int} NOT NULL,
    view_id ${int} NOT NULL,
    signature ${key} NOT NULL,
    day_index ${int} NOT NULL,
    eligibility TEXT NOT NULL,
    is_named ${int} NOT NULL
  )${rows};

  CREATE TABLE runs (
    id ${id},
    started_at ${int} NOT NULL,
    ended_at ${int} NOT NULL,
    source TEXT,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    result TEXT NOT NULL
  )${rows};

  CREATE TABLE named_values (name ${key} PRIMARY KEY, body TEXT NOT NULL)${keyed};

  CREATE TABLE signups (
    id ${newId},
    address TEXT NOT NULL,
    address_key ${key} NOT NULL UNIQUE,
    frequency TEXT NOT NULL CHECK (frequency IN ('daily', 'weekly', 'monthly')),
    view_id ${int} NOT NULL REFERENCES views (id),
    origin TEXT NOT NULL CHECK (origin IN ('site', 'mail')),
    requested_at ${int} NOT NULL
  )${rows};
  CREATE TABLE signup_attempts (hash ${key} PRIMARY KEY, attempts ${int} NOT NULL, last_at ${int} NOT NULL)${keyed};

  CREATE TABLE newcomers (
    subscriber_id ${int} PRIMARY KEY REFERENCES subscribers (id) ON DELETE CASCADE,
    confirmed_at ${int} NOT NULL
  )${rows};

  CREATE TABLE growth (
    day ${key} NOT NULL,
    event ${key} NOT NULL CHECK (event IN ('requested', 'confirmed', 'joined', 'left', 'bounced', 'complained')),
    people ${int} NOT NULL,
    PRIMARY KEY (day, event)
  )${keyed};

  CREATE TABLE token_buckets (
    name ${key} PRIMARY KEY,
    tokens ${real} NOT NULL,
    refilled_at ${int} NOT NULL,
    full_at ${int} NOT NULL
  )${keyed};
  CREATE INDEX token_buckets_by_full ON token_buckets (full_at);

  CREATE TABLE transactional_mails (
    id ${newId},
    kind TEXT NOT NULL CHECK (kind IN ('confirm', 'reply', 'note')),
    address_key TEXT,
    body TEXT,
    state TEXT NOT NULL CHECK (state IN ('pending', 'claimed', 'sent', 'deferred', 'refused', 'uncertain', 'expired')),
    attempts ${int} NOT NULL DEFAULT 0,
    next_at ${int},
    send_before ${int} NOT NULL,
    claim_id TEXT,
    lease_until ${int},
    detail TEXT,
    created_at ${int} NOT NULL,
    changed_at ${int} NOT NULL,
    CHECK (body IS NOT NULL OR state NOT IN ('pending', 'claimed', 'deferred'))
  )${rows};
  CREATE INDEX transactional_mails_by_state ON transactional_mails (state, next_at);

  CREATE TABLE inbox (
    id ${newId},
    hash ${key} NOT NULL UNIQUE,
    raw ${bytes},
    outcome TEXT,
    received_at ${int} NOT NULL,
    settled_at ${int},
    CHECK ((outcome IS NULL) = (raw IS NOT NULL))
  )${rows};
  CREATE INDEX inbox_waiting ON inbox (id) WHERE outcome IS NULL;

  CREATE TABLE bounces (
    id ${id},
    subscriber_id ${int} NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    damage TEXT NOT NULL CHECK (damage IN ('permanent', 'soft')),
    status TEXT NOT NULL,
    at ${int} NOT NULL
  )${rows};
  CREATE INDEX bounces_by_reader ON bounces (subscriber_id, at);

  CREATE TABLE pushes (
    id ${newId},
    edition_id ${key} NOT NULL,
    target ${key} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'claimed', 'sent', 'skipped', 'deferred', 'refused', 'uncertain', 'expired')),
    attempts ${int} NOT NULL DEFAULT 0,
    next_at ${int},
    send_before ${int} NOT NULL,
    gate_at ${int},
    claim_id TEXT,
    lease_until ${int},
    detail TEXT,
    changed_at ${int} NOT NULL,
    UNIQUE (edition_id, target),
    CHECK ((state = 'claimed') = (claim_id IS NOT NULL AND lease_until IS NOT NULL)),
    CHECK ((state = 'deferred') = (next_at IS NOT NULL))
  )${rows};
  CREATE INDEX pushes_by_state ON pushes (state, next_at);

  CREATE TABLE archive_editions (
    edition_ref ${int} PRIMARY KEY REFERENCES editions (id),
    date ${key} NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('day', 'week', 'month')),
    last ${key} NOT NULL,
    at ${int} NOT NULL,
    papers ${int} NOT NULL,
    titles TEXT NOT NULL
  )${rows};
  CREATE INDEX archive_editions_by_date ON archive_editions (kind, last);
  CREATE INDEX archive_editions_by_time ON archive_editions (at);

  CREATE TABLE archive_papers (
    id ${id},
    paper ${key} NOT NULL UNIQUE,
    newest_at ${int} NOT NULL,
    first_at ${int} NOT NULL,
    position ${int} NOT NULL,
    body TEXT NOT NULL
  )${rows};
  CREATE INDEX archive_papers_by_time ON archive_papers (first_at DESC, position);

  CREATE TABLE archive_paper_editions (
    paper_ref ${int} NOT NULL REFERENCES archive_papers (id),
    edition_ref ${int} NOT NULL REFERENCES archive_editions (edition_ref),
    PRIMARY KEY (paper_ref, edition_ref)
  )${keyed};
  CREATE INDEX archive_paper_editions_by_edition ON archive_paper_editions (edition_ref);
`;
}
