-- The store, version 5: who takes the next report finds it at once, however many are in others' hands.

-- Whether nobody has it, as of the last time somebody looked for leases that ran out.
ALTER TABLE queue ADD COLUMN free INTEGER NOT NULL DEFAULT 1 CHECK (free IN (0, 1));
UPDATE queue SET free = 0 WHERE claimed_by IS NOT NULL;
CREATE INDEX queue_free ON queue (assigned_to, priority DESC, report) WHERE state = 'open' AND free = 1;
CREATE INDEX queue_leases ON queue (lease_until) WHERE free = 0;
CREATE INDEX queue_in_hand ON queue (claimed_by, priority DESC, report) WHERE state = 'open' AND free = 0;
