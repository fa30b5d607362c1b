-- The store, version 1. Times are milliseconds since 1970 (UTC); days are ISO 8601 text.
-- What was decided and what was done is only ever added to: triggers at the end refuse changes.

CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'physician', 'coder', 'auditor', 'administrator')),
  -- A physician sees reports of this name alone; anybody with a site sees that site alone.
  physician TEXT,
  site TEXT,
  -- argon2id in PHC form; NULL until the set-up link was used.
  password TEXT,
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  created_at INTEGER NOT NULL
) STRICT;

-- One-time links with which a user sets a password; the first has no user and makes the first administrator.
CREATE TABLE links (
  digest BLOB PRIMARY KEY,
  user INTEGER REFERENCES users (id),
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;

CREATE TABLE sessions (
  digest BLOB PRIMARY KEY,
  user INTEGER NOT NULL REFERENCES users (id),
  csrf TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user) WHERE ended_at IS NULL;

-- Failed log-ins by account and by address.
CREATE TABLE failures (
  subject TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT;

CREATE TABLE reports (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  site TEXT NOT NULL,
  physician TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  UNIQUE (site, name)
) STRICT;

-- What a report said, each time it came with another text or date.
CREATE TABLE versions (
  id INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES reports (id),
  number INTEGER NOT NULL,
  text TEXT NOT NULL,
  digest BLOB NOT NULL,
  source TEXT NOT NULL,
  date_of_service TEXT,
  received_at INTEGER NOT NULL,
  UNIQUE (report, number)
) STRICT;

-- What the program read in a version; `engine` names program, lexicon, policy, payer and tables.
CREATE TABLE analyses (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL REFERENCES versions (id),
  engine TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  document TEXT NOT NULL,
  UNIQUE (version, engine)
) STRICT;

-- A row a report: where it stands, and what the list shows and filters.
CREATE TABLE queue (
  report INTEGER PRIMARY KEY REFERENCES reports (id),
  version INTEGER NOT NULL REFERENCES versions (id),
  analysis INTEGER NOT NULL REFERENCES analyses (id),
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done')),
  service_date TEXT,
  disposition TEXT NOT NULL,
  units INTEGER NOT NULL,
  supported INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  assigned_to INTEGER REFERENCES users (id),
  claimed_by INTEGER REFERENCES users (id),
  lease_until INTEGER,
  -- Raised with each claim; a save must bring the number it was given.
  fence INTEGER NOT NULL DEFAULT 0,
  done_by INTEGER REFERENCES users (id),
  done_at INTEGER
) STRICT;
CREATE INDEX queue_by_priority ON queue (state, priority DESC, report);

CREATE TABLE queue_flags (
  report INTEGER NOT NULL REFERENCES reports (id),
  rule TEXT NOT NULL,
  severity TEXT NOT NULL,
  PRIMARY KEY (report, rule)
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_flags_by_rule ON queue_flags (rule, report);

-- The last row of a report and suggestion is in force.
CREATE TABLE decisions (
  id INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES reports (id),
  version INTEGER NOT NULL REFERENCES versions (id),
  analysis INTEGER NOT NULL REFERENCES analyses (id),
  suggestion TEXT NOT NULL,
  class TEXT NOT NULL CHECK (class IN ('Accepted', 'Edited', 'Added', 'Direct', 'Rejected', 'Withdrawn')),
  code TEXT,
  vessel TEXT,
  reason TEXT,
  note TEXT NOT NULL DEFAULT '',
  -- The selected words, in code points of the version's text.
  words_start INTEGER,
  words_end INTEGER,
  decided_by INTEGER NOT NULL REFERENCES users (id),
  decided_at INTEGER NOT NULL
) STRICT;
CREATE INDEX decisions_by_report ON decisions (report, id);

CREATE TABLE holds (
  id INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES reports (id),
  reason TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  opened_by INTEGER NOT NULL REFERENCES users (id),
  opened_at INTEGER NOT NULL,
  closed_by INTEGER REFERENCES users (id),
  closed_at INTEGER
) STRICT;
CREATE INDEX holds_by_report ON holds (report) WHERE closed_at IS NULL;

-- Each row's mac covers its fields and the mac before it, under a key outside the store.
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL,
  event TEXT NOT NULL,
  object TEXT NOT NULL,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL,
  mac BLOB NOT NULL
) STRICT;
CREATE INDEX audit_by_object ON audit (object, seq);
CREATE INDEX audit_by_actor ON audit (actor, seq);

CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows stay'); END;
CREATE TRIGGER audit_keeps_words BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows stay as they are'); END;
CREATE TRIGGER decisions_keep_rows BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions stay'); END;
CREATE TRIGGER decisions_keep_words BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions stay as they are'); END;
CREATE TRIGGER versions_keep_rows BEFORE DELETE ON versions BEGIN SELECT RAISE(ABORT, 'versions stay'); END;
CREATE TRIGGER versions_keep_words BEFORE UPDATE ON versions BEGIN SELECT RAISE(ABORT, 'versions stay as they are'); END;
