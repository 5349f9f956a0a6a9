-- Locks a campaign: whoever changes its contacts, attempts or counts has to. Waits for nobody who only reads
-- or refers to it.
SELECT id FROM campaigns WHERE id = $1 FOR NO KEY UPDATE
