-- Locks the campaigns of attempts, in order: whoever holds these locks changes their contacts and attempts alone.
SELECT c.id FROM campaigns c
WHERE c.id IN (SELECT a.campaign_id FROM attempts a WHERE a.id = ANY ($1))
ORDER BY c.id
FOR NO KEY UPDATE
