-- The calls to the numbers of the next due contacts that ended since an instant, each number's latest first.
-- Served by contacts_due, then by attempts_rung; the caps bound how many calls a number has in their horizon.
SELECT k.number, a.ended_at, a.state, a.outcome
FROM (SELECT DISTINCT d.number
      FROM (SELECT number FROM contacts
            WHERE campaign_id = $1 AND due_at <= $2
            ORDER BY due_at, id LIMIT 16) d) k
CROSS JOIN LATERAL (SELECT ended_at, state, outcome FROM attempts
                    WHERE number = k.number AND may_have_rung AND ended_at > $3
                    ORDER BY ended_at DESC LIMIT 1000) a
ORDER BY k.number, a.ended_at DESC
