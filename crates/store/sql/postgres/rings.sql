-- What may have rung, by number; a page never ends amid a number. Served by attempts_rung.
SELECT id, number, coalesce(dialed_at, claimed_at), ended_at, outcome, campaign_id
FROM attempts
WHERE number > $1 AND may_have_rung
  AND number <= coalesce((SELECT number FROM attempts
                          WHERE number > $1 AND may_have_rung ORDER BY number LIMIT 1 OFFSET $2::bigint - 1),
                         9223372036854775807)
ORDER BY number
