-- Whether an attempt was reported as a duplicate.
SELECT 1 FROM duplicates_found WHERE attempt_id = ?1
