-- Campaigns whose count of live attempts differs from the rows. Served by attempts_live.
SELECT 'campaign ' || c.id || ' counts ' || c.live || ' lines in use, there are ' || coalesce(a.live, 0)
FROM campaigns c
LEFT JOIN (SELECT campaign_id, count(*) AS live FROM attempts
           WHERE ended_at IS NULL GROUP BY campaign_id) a
  ON a.campaign_id = c.id
WHERE c.live <> coalesce(a.live, 0)
