-- The store, version 4: how far a version had come, what messages told of documents, and programs that may bring reports in.

-- As its sender says: NULL when it does not.
ALTER TABLE versions ADD COLUMN status TEXT CHECK (status IN ('draft', 'final', 'amended', 'withdrawn'));

-- What each message told of a document, in the order of arrival: addenda, replacements and cancellations are settled from it.
CREATE TABLE told (
  id INTEGER PRIMARY KEY,
  site TEXT NOT NULL,
  document TEXT NOT NULL,
  -- The document that it adds to or replaces.
  other TEXT,
  -- JSON: text, date, author, status and what it does.
  body TEXT NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX told_by_document ON told (site, document);
CREATE INDEX told_by_other ON told (site, other) WHERE other IS NOT NULL;

-- Messages that were kept, so that one that comes again is known.
CREATE TABLE received (
  sender TEXT NOT NULL,
  control TEXT NOT NULL,
  digest BLOB NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (sender, control, digest)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER told_keeps_rows BEFORE DELETE ON told BEGIN SELECT RAISE(ABORT, 'what was told stays'); END;
CREATE TRIGGER told_keeps_words BEFORE UPDATE ON told BEGIN SELECT RAISE(ABORT, 'what was told stays as it is'); END;
CREATE TRIGGER received_keeps_rows BEFORE DELETE ON received BEGIN SELECT RAISE(ABORT, 'messages stay known'); END;
CREATE TRIGGER received_keeps_words BEFORE UPDATE ON received BEGIN SELECT RAISE(ABORT, 'messages stay known'); END;

-- Programs that may send reports by HTTP; of their tokens only the digest is kept.
CREATE TABLE senders (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  -- The site of all that it sends; NULL when each report tells its own.
  site TEXT,
  digest BLOB NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  used_at INTEGER,
  revoked_at INTEGER
) STRICT;

-- Codes and units performed of the analysis that stands on the list, for what reports are worth.
CREATE TABLE queue_lines (
  report INTEGER NOT NULL REFERENCES reports (id),
  code TEXT NOT NULL,
  units INTEGER NOT NULL,
  PRIMARY KEY (report, code)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO queue_lines (report, code, units)
  SELECT q.report, l.value ->> 'code', sum(l.value ->> 'units') FROM queue q JOIN analyses a ON a.id = q.analysis,
  json_each(a.document, '$.coding.lines') l GROUP BY q.report, l.value ->> 'code';
