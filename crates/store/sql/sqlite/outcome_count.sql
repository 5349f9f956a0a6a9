-- Counts an ended attempt under its outcome.
UPDATE campaign_outcomes SET attempts = attempts + 1
WHERE campaign_id = ?1 AND outcome = ?2
