-- Campaigns that somebody sees, the latest first. Served by campaign_viewers: a page of those that are
-- everybody's and a page of those that are theirs; with a state, all of both.
WITH seen AS (
  SELECT campaign_id FROM (SELECT campaign_id FROM campaign_viewers WHERE viewer = 0 AND campaign_id < $1
                           ORDER BY campaign_id DESC LIMIT CASE WHEN $2::text IS NULL THEN $3::bigint END) open
  UNION
  SELECT campaign_id FROM (SELECT campaign_id FROM campaign_viewers WHERE viewer = $4 AND campaign_id < $1
                           ORDER BY campaign_id DESC LIMIT CASE WHEN $2::text IS NULL THEN $3::bigint END) own
)
SELECT c.id, c.name, c.state, c.state_reason, c.created_at, c.started_at, c.ended_at, c.last_called_at,
       c.skipped_duplicates, c.live, c.talk_millis,
       (SELECT k.due_at FROM contacts k
        WHERE k.campaign_id = c.id AND k.due_at IS NOT NULL ORDER BY k.due_at, k.id LIMIT 1),
       l.rows, l.accepted, l.duplicates, l.rejected,
       c.fingerprint, c.owner, (SELECT u.name FROM users u WHERE u.id = c.owner)
FROM seen s JOIN campaigns c ON c.id = s.campaign_id
CROSS JOIN LATERAL (SELECT coalesce(sum(rows), 0)::bigint AS rows, coalesce(sum(accepted), 0)::bigint AS accepted,
                           coalesce(sum(duplicates), 0)::bigint AS duplicates,
                           coalesce(sum(rejected), 0)::bigint AS rejected
                    FROM lists WHERE campaign_id = c.id) l
WHERE c.imported_at IS NOT NULL AND c.deleted_at IS NULL AND ($2::text IS NULL OR c.state = $2)
ORDER BY c.id DESC
LIMIT $3
