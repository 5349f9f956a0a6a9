-- Why the next contacts in line wait, of so many at most, and when the first of each is due. Served by
-- contacts_due.
SELECT coalesce(reason, ''), count(*), min(due_at), sum(due_at <= ?3)
FROM (SELECT reason, due_at FROM contacts INDEXED BY contacts_due
      WHERE campaign_id = ?1 AND due_at IS NOT NULL ORDER BY due_at LIMIT ?2)
GROUP BY 1
