-- Locks the campaigns of attempts, in order: whoever holds these locks changes their contacts and attempts alone.
-- An array, as a join would be planned over every campaign when many attempts come together.
SELECT c.id FROM campaigns c
WHERE c.id = ANY (ARRAY(SELECT DISTINCT a.campaign_id FROM attempts a WHERE a.id = ANY ($1)))
ORDER BY c.id
FOR NO KEY UPDATE
