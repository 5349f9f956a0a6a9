-- Campaigns, the latest first. Served by the primary key: there are few campaigns.
SELECT c.id, c.name, c.state, c.state_reason, c.created_at, c.started_at, c.ended_at, c.last_called_at,
       c.skipped_duplicates, c.live, c.talk_millis,
       (SELECT k.due_at FROM contacts k INDEXED BY contacts_due
        WHERE k.campaign_id = c.id AND k.due_at IS NOT NULL ORDER BY k.due_at LIMIT 1),
       (SELECT coalesce(sum(l.rows), 0) FROM lists l WHERE l.campaign_id = c.id),
       (SELECT coalesce(sum(l.accepted), 0) FROM lists l WHERE l.campaign_id = c.id),
       (SELECT coalesce(sum(l.duplicates), 0) FROM lists l WHERE l.campaign_id = c.id),
       (SELECT coalesce(sum(l.rejected), 0) FROM lists l WHERE l.campaign_id = c.id),
       c.fingerprint, c.owner, (SELECT u.name FROM users u WHERE u.id = c.owner)
FROM campaigns c
WHERE c.id < ?1 AND c.imported_at IS NOT NULL AND c.deleted_at IS NULL AND (?2 IS NULL OR c.state = ?2)
ORDER BY c.id DESC
LIMIT ?3
