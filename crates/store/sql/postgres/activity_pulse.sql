-- Calls a minute of some campaigns since an instant: a short range of the primary key for each.
SELECT a.campaign_id, a.start, sum(a.calls)::bigint
FROM activity a
WHERE a.campaign_id = ANY ($1::bigint[]) AND a.span = 1 AND a.start >= $2 AND a.calls > 0
GROUP BY a.campaign_id, a.start
