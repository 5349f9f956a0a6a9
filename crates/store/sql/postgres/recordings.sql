-- Recordings of campaigns that somebody sees, the latest first. By the primary key.
SELECT id, attempt, campaign_id, carrier, call_id, recording_id, state, seconds, bytes, sha256, path,
       content_type, tries, next_try_at, fault, wanted_at, stored_at, removed_at
FROM recordings r
WHERE r.id < $1
  AND ($3::bigint IS NULL OR EXISTS (SELECT 1 FROM campaign_viewers v
                             WHERE v.viewer IN (0, $3) AND v.campaign_id = r.campaign_id))
ORDER BY r.id DESC LIMIT $2
