-- What waits to be applied has a table of its own, so that marking an event as applied is the removal of
-- one narrow row, and the wide one is written once. Events are keyed by their attempt first: attempts are
-- numbered by time, so that what is kept goes to the end of the key's index however long the history is.
ALTER INDEX carrier_events_waiting RENAME TO carrier_events_not_applied;

CREATE TABLE carrier_events_waiting (
  id bigint PRIMARY KEY
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

INSERT INTO carrier_events_waiting (id) SELECT id FROM carrier_events WHERE applied_at IS NULL;

DROP INDEX carrier_events_not_applied;
DROP INDEX carrier_events_key;
DROP INDEX carrier_events_attempt;
ALTER TABLE carrier_events DROP COLUMN applied_at;
ALTER TABLE carrier_events RESET (fillfactor);

-- One call tells one attempt, which its address names: the attempt adds nothing to what names an event.
CREATE UNIQUE INDEX carrier_events_key ON carrier_events (attempt, call_id, sequence, source, carrier);
