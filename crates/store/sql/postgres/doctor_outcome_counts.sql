-- Counts of outcomes that differ from the rows. Reads every attempt.
SELECT 'campaign ' || n.campaign_id || ' counts ' || n.attempts || ' attempts ' || n.outcome || ', there are '
       || coalesce(a.attempts, 0)
FROM campaign_outcomes n
LEFT JOIN (SELECT campaign_id, outcome, count(*) AS attempts FROM attempts
           WHERE outcome IS NOT NULL GROUP BY campaign_id, outcome) a
  ON a.campaign_id = n.campaign_id AND a.outcome = n.outcome
WHERE n.attempts <> coalesce(a.attempts, 0)
