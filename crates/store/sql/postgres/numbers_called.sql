-- Adds calls to their numbers' rows.
INSERT INTO numbers (number, last_campaign, last_called_at, other_called_at, called, answered)
SELECT e.number, e.last_campaign, e.last_called_at, e.other_called_at, e.called, e.answered
FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::bigint[], $6::bigint[])
     AS e (number, last_campaign, last_called_at, other_called_at, called, answered)
ORDER BY e.number
ON CONFLICT (number) DO UPDATE
SET last_campaign = excluded.last_campaign, last_called_at = excluded.last_called_at,
    other_called_at = excluded.other_called_at, called = numbers.called + excluded.called,
    answered = numbers.answered + excluded.answered
