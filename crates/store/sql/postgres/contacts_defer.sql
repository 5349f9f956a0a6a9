-- Contacts that a rule forbids until an instant.
WITH changed AS (
  UPDATE contacts c
  SET due_at = e.until, reason = e.reason, changed_at = $4
  FROM unnest($1::bigint[], $2::timestamptz[], $3::text[]) AS e (id, until, reason)
  WHERE c.id = e.id AND c.state = 'pending'
  RETURNING 1)
SELECT ringonce_expect((SELECT count(*) FROM changed), cardinality($1::bigint[]))
