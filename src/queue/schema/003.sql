-- The store, version 3: second factors, and saved views of the list.

-- The secret is derived from the salt and the key outside the store, so that a copy of the store alone gives no codes.
CREATE TABLE factors (
  user INTEGER PRIMARY KEY REFERENCES users (id),
  salt TEXT NOT NULL,
  set_up_at INTEGER NOT NULL,
  -- The time step of the last code that was taken; older ones and the same again are refused.
  last_step INTEGER NOT NULL
) STRICT;

-- Codes for when the device is lost; each is taken once, and only its digest is kept.
CREATE TABLE recovery (
  digest BLOB PRIMARY KEY,
  user INTEGER NOT NULL REFERENCES users (id),
  used_at INTEGER
) STRICT;
CREATE INDEX recovery_by_user ON recovery (user);

CREATE TABLE views (
  id INTEGER PRIMARY KEY,
  user INTEGER NOT NULL REFERENCES users (id),
  name TEXT NOT NULL,
  -- What stands behind the `?` of the list's address.
  query TEXT NOT NULL,
  UNIQUE (user, name)
) STRICT;
