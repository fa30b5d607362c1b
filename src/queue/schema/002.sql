-- The store, version 2: queries to physicians. What was asked stays as it was asked; what was answered or ended stays as well.

CREATE TABLE queries (
  id INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES reports (id),
  -- The version the query quotes.
  version INTEGER NOT NULL REFERENCES versions (id),
  rule TEXT NOT NULL,
  title TEXT NOT NULL,
  told TEXT NOT NULL,
  question TEXT NOT NULL,
  -- JSON: line and words, as they stand in the version.
  indicators TEXT NOT NULL,
  -- Names of what can be chosen, with spaces between; empty for an open question.
  choices TEXT NOT NULL,
  hold INTEGER NOT NULL REFERENCES holds (id),
  asked_by INTEGER NOT NULL REFERENCES users (id),
  asked_at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'answered', 'closed', 'cancelled')),
  choice TEXT,
  answer TEXT,
  -- The version that holds the addendum.
  addendum INTEGER REFERENCES versions (id),
  answered_by INTEGER REFERENCES users (id),
  answered_at INTEGER,
  outcome TEXT,
  ended_by INTEGER REFERENCES users (id),
  ended_at INTEGER
) STRICT;
CREATE INDEX queries_by_report ON queries (report, id);
CREATE INDEX queries_by_state ON queries (state, asked_at);

CREATE TRIGGER queries_keep_rows BEFORE DELETE ON queries BEGIN SELECT RAISE(ABORT, 'queries stay'); END;
CREATE TRIGGER queries_keep_words BEFORE UPDATE OF report, version, rule, title, told, question, indicators, choices, asked_by, asked_at
  ON queries BEGIN SELECT RAISE(ABORT, 'what was asked stays'); END;
CREATE TRIGGER queries_keep_answers BEFORE UPDATE OF choice, answer, addendum, answered_by, answered_at
  ON queries WHEN OLD.answered_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'what was answered stays'); END;
CREATE TRIGGER queries_keep_ends BEFORE UPDATE ON queries WHEN OLD.ended_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'what has ended stays'); END;
