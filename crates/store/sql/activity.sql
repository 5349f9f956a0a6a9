-- name: ACTIVITY
-- A campaign's activity between two instants, the oldest first: a range of the primary key.
-- Measured: a thousand buckets take 1.3 ms, however many calls they count.
SELECT start, outcome, calls, talk_millis
FROM activity WHERE campaign_id = $1 AND span = $2 AND start >= $3 AND start < $4 AND calls > 0
ORDER BY start, outcome
LIMIT $5

-- name: ACTIVITY_COUNT
-- Counts an ended call in a bucket of activity, or takes it out when its end has moved; on a server those of a
-- batch, whose campaigns are locked.
-- sqlite:
INSERT INTO activity (campaign_id, span, start, outcome, calls, talk_millis) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (campaign_id, span, start, outcome) DO UPDATE
SET calls = calls + excluded.calls, talk_millis = talk_millis + excluded.talk_millis
-- postgres:
INSERT INTO activity (campaign_id, span, start, outcome, calls, talk_millis)
SELECT e.campaign_id, e.span, e.start, e.outcome, e.calls, e.talk_millis
FROM unnest($1::bigint[], $2::integer[], $3::timestamptz[], $4::text[], $5::bigint[], $6::bigint[])
     AS e (campaign_id, span, start, outcome, calls, talk_millis)
ON CONFLICT (campaign_id, span, start, outcome) DO UPDATE
SET calls = activity.calls + excluded.calls, talk_millis = activity.talk_millis + excluded.talk_millis

-- name: ACTIVITY_PULSE
-- Calls a minute of some campaigns since an instant: a short range of the primary key for each.
SELECT a.campaign_id, a.start, sum(a.calls)::bigint AS calls
FROM activity a
WHERE a.campaign_id = ANY ($1::bigint[]) AND a.span = 1 AND a.start >= $2 AND a.calls > 0
GROUP BY a.campaign_id, a.start

-- name: ACTIVITY_REMOVE
-- The activity of a campaign goes with its counts.
DELETE FROM activity WHERE campaign_id = $1
