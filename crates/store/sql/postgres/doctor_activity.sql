-- Buckets of activity that differ from the calls that ended in them, and outcomes that no bucket holds.
-- Reads every attempt.
SELECT 'campaign ' || n.campaign_id || ' counts ' || n.calls || ' calls ' || n.outcome || ' in the ' || n.span
       || ' minutes from ' || n.start || ', there are ' || coalesce(a.calls, 0)
FROM activity n
LEFT JOIN (SELECT a.campaign_id, s.span, a.outcome, count(*) AS calls,
                  to_timestamp(floor(extract(epoch FROM a.ended_at) / (s.span * 60)) * (s.span * 60)) AS start,
                  sum(greatest(round(extract(epoch FROM a.ended_at - a.answered_at) * 1000), 0)) AS talk_millis
           FROM attempts a CROSS JOIN (VALUES (1), (15)) s (span)
           WHERE a.outcome IS NOT NULL GROUP BY 1, 2, 3, 5) a
  ON a.campaign_id = n.campaign_id AND a.span = n.span AND a.start = n.start AND a.outcome = n.outcome
WHERE n.calls <> coalesce(a.calls, 0) OR n.talk_millis <> coalesce(a.talk_millis, 0)
UNION ALL
SELECT 'campaign ' || o.campaign_id || ' has ' || o.attempts || ' calls ' || o.outcome || ', its buckets of '
       || s.span || ' minutes have ' || coalesce(n.calls, 0)
FROM campaign_outcomes o CROSS JOIN (VALUES (1), (15)) s (span)
LEFT JOIN (SELECT campaign_id, span, outcome, sum(calls) AS calls FROM activity GROUP BY 1, 2, 3) n
  ON n.campaign_id = o.campaign_id AND n.outcome = o.outcome AND n.span = s.span
WHERE o.attempts <> coalesce(n.calls, 0)
