-- The next steps of attempts, only from the states from which they were concluded.
WITH changed AS (
  UPDATE attempts a
  SET state = e.state, dialed_at = e.dialed_at, dial_before = e.dial_before, call_id = e.call_id,
      answered_at = e.answered_at, ended_at = e.ended_at, empty_look_at = e.empty_look_at,
      outcome = e.outcome, cause = e.cause, may_have_rung = e.may_have_rung
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[],
              $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::text[], $11::text[], $12::boolean[])
       AS e (id, before, state, dialed_at, dial_before, call_id, answered_at, ended_at, empty_look_at,
             outcome, cause, may_have_rung)
  WHERE a.id = e.id AND a.state = e.before
  RETURNING 1)
SELECT ringonce_expect((SELECT count(*) FROM changed), cardinality($1::uuid[]))
