-- What attempts' steps make of their contacts.
UPDATE contacts c
SET state = e.state, lead = coalesce(e.lead, c.lead), due_at = e.due_at, reason = e.reason,
    attempts = c.attempts - e.uncounted, answered = c.answered + e.answered,
    last_outcome = coalesce(e.outcome, c.last_outcome),
    last_attempt_at = coalesce(e.attempt_at, c.last_attempt_at), changed_at = e.changed_at
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::integer[], $7::integer[],
            $8::text[], $9::timestamptz[], $10::timestamptz[])
     AS e (id, state, lead, due_at, reason, uncounted, answered, outcome, attempt_at, changed_at)
WHERE c.id = e.id
