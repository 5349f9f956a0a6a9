-- What may have rung, by number. Served by attempts_rung.
SELECT id, number, coalesce(dialed_at, claimed_at), ended_at, outcome, campaign_id
FROM attempts INDEXED BY attempts_rung
WHERE number > ?1 AND may_have_rung = 1
ORDER BY number
