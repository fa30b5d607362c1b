-- The store, version 7: what somebody stood for although the program doubts it, and reports that were read otherwise since they
-- were decided.

CREATE TABLE confirmations (
  id INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES reports (id),
  version INTEGER NOT NULL REFERENCES versions (id),
  -- What was doubted, by its name and in the words that were shown.
  doubt TEXT NOT NULL,
  words TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  confirmed_by INTEGER NOT NULL REFERENCES users (id),
  confirmed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX confirmations_by_report ON confirmations (report);

ALTER TABLE queue ADD COLUMN differs INTEGER NOT NULL DEFAULT 0 CHECK (differs IN (0, 1));
