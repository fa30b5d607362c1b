-- The store, version 8: what decisions, confirmations and holds hold is bound to the audit log, and none of them is changed.

-- Digests of the rows that an audit row tells of, one a line: what, number, digest. The mac covers them.
ALTER TABLE audit ADD COLUMN bound TEXT NOT NULL DEFAULT '';

CREATE TRIGGER confirmations_keep_rows BEFORE DELETE ON confirmations BEGIN SELECT RAISE(ABORT, 'confirmations stay'); END;
CREATE TRIGGER confirmations_keep_words BEFORE UPDATE ON confirmations
  BEGIN SELECT RAISE(ABORT, 'confirmations stay as they are'); END;
-- A hold is ended once; what it was stays.
CREATE TRIGGER holds_keep_rows BEFORE DELETE ON holds BEGIN SELECT RAISE(ABORT, 'holds stay'); END;
CREATE TRIGGER holds_keep_words BEFORE UPDATE OF id, report, reason, note, opened_by, opened_at ON holds
  BEGIN SELECT RAISE(ABORT, 'holds stay as they are'); END;
CREATE TRIGGER holds_keep_ends BEFORE UPDATE ON holds WHEN OLD.closed_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'what has ended stays'); END;
