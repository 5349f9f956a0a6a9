-- Counts ended calls in buckets of activity, or takes them out when their end has moved; the locks of their
-- campaigns are held.
INSERT INTO activity (campaign_id, span, start, outcome, calls, talk_millis)
SELECT e.campaign_id, e.span, e.start, e.outcome, e.calls, e.talk_millis
FROM unnest($1::bigint[], $2::integer[], $3::timestamptz[], $4::text[], $5::bigint[], $6::bigint[])
     AS e (campaign_id, span, start, outcome, calls, talk_millis)
ON CONFLICT (campaign_id, span, start, outcome) DO UPDATE
SET calls = activity.calls + excluded.calls, talk_millis = activity.talk_millis + excluded.talk_millis
