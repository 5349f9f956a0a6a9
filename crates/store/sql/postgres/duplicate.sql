-- Which of these attempts were reported as duplicates.
SELECT attempt_id FROM duplicates_found WHERE attempt_id = ANY ($1::uuid[])
