-- The store, version 6: from where a session began.

ALTER TABLE sessions ADD COLUMN origin TEXT NOT NULL DEFAULT '';
