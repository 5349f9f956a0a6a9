-- Contacts that a rule forbids for good.
WITH changed AS (
  UPDATE contacts c
  SET state = 'skipped', lead = 'skipped', due_at = NULL, reason = e.reason, changed_at = $3
  FROM unnest($1::bigint[], $2::text[]) AS e (id, reason)
  WHERE c.id = e.id AND c.state = 'pending'
  RETURNING 1)
SELECT ringonce_expect((SELECT count(*) FROM changed), cardinality($1::bigint[]))
