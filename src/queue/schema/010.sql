-- The store, version 10: the patient's number as the sender tells it, for charges that leave; empty when none was told.

ALTER TABLE reports ADD COLUMN patient TEXT NOT NULL DEFAULT '';
