-- The store, version 9: what coders decide on catheter placements and base procedures. The last row of a report and suggestion is in
-- force; rows are only added, and the audit log vouches for them.

CREATE TABLE procedure_decisions (
  id INTEGER PRIMARY KEY,
  report INTEGER NOT NULL REFERENCES reports (id),
  version INTEGER NOT NULL REFERENCES versions (id),
  analysis INTEGER NOT NULL REFERENCES analyses (id),
  part TEXT NOT NULL CHECK (part IN ('catheter', 'base')),
  suggestion TEXT NOT NULL,
  class TEXT NOT NULL CHECK (class IN ('Accepted', 'Edited', 'Rejected', 'Withdrawn')),
  code TEXT,
  reason TEXT,
  note TEXT NOT NULL DEFAULT '',
  decided_by INTEGER NOT NULL REFERENCES users (id),
  decided_at INTEGER NOT NULL
) STRICT;
CREATE INDEX procedure_decisions_by_report ON procedure_decisions (report, id);

CREATE TRIGGER procedure_decisions_keep_rows BEFORE DELETE ON procedure_decisions
  BEGIN SELECT RAISE(ABORT, 'decisions stay'); END;
CREATE TRIGGER procedure_decisions_keep_words BEFORE UPDATE ON procedure_decisions
  BEGIN SELECT RAISE(ABORT, 'decisions stay as they are'); END;
