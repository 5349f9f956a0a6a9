-- Contacts whose attempts have just been claimed.
WITH changed AS (
  UPDATE contacts
  SET state = 'calling', due_at = NULL, reason = NULL, attempts = attempts + 1, changed_at = $2
  WHERE id = ANY ($1) AND state = 'pending'
  RETURNING 1)
SELECT ringonce_expect((SELECT count(*) FROM changed), cardinality($1::bigint[]))
