-- Calls a minute of some campaigns (ids in a JSON array) since an instant: a short range of the primary key
-- for each.
SELECT a.campaign_id, a.start, sum(a.calls)
FROM json_each(?1) j CROSS JOIN activity a
WHERE a.campaign_id = j.value AND a.span = 1 AND a.start >= ?2 AND a.calls > 0
GROUP BY a.campaign_id, a.start
