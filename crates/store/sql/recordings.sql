-- name: RECORDING
-- One recording. By its primary key.
SELECT id, attempt, campaign_id, carrier, call_id, recording_id, state, seconds, bytes, sha256, path,
       content_type, tries, next_try_at, fault, wanted_at, stored_at, removed_at
FROM recordings WHERE id = $1

-- name: RECORDING_FAILED
-- A try for a recording was in vain; there is another. By its primary key.
UPDATE recordings SET tries = tries + 1, next_try_at = $2, fault = $3
WHERE id = $1 AND next_try_at IS NOT NULL

-- name: RECORDING_LEFT_CARRIER
-- Nothing is left to be done at the carrier for a recording that is or was stored. By its primary key.
UPDATE recordings SET next_try_at = NULL, fault = NULL WHERE id = $1 AND state IN ('stored', 'removed')

-- name: RECORDING_MISSING
-- A wanted recording is given up. By its primary key.
UPDATE recordings SET state = 'missing', next_try_at = NULL, fault = $2
WHERE id = $1 AND state = 'wanted'

-- name: RECORDING_NAMED
-- A call whose recordings have names is no longer to be asked for them. By recordings_unnamed.
DELETE FROM recordings WHERE attempt = $1 AND recording_id IS NULL

-- name: RECORDING_REMOVED
-- A stored recording is removed after its time; one that is to leave the carrier is still to. By its primary key.
UPDATE recordings SET state = 'removed', removed_at = $2
WHERE id = $1 AND state = 'stored'

-- name: RECORDING_STORED
-- A wanted recording is stored. By its primary key.
UPDATE recordings
SET state = 'stored', path = $2, content_type = $3, bytes = $4, sha256 = $5, seconds = coalesce($6, seconds),
    next_try_at = $7, stored_at = $8, fault = NULL, tries = 0
WHERE id = $1 AND state = 'wanted'

-- name: RECORDING_WANT
-- Expects a recording, once: one with a name by recordings_named; one without unless the call has any.
INSERT INTO recordings (attempt, campaign_id, carrier, call_id, recording_id, state, seconds, next_try_at, wanted_at)
SELECT $1::uuid, $2::bigint, $3::text, $4::text, $5::text, 'wanted', $6::bigint, $7::timestamptz, $7::timestamptz
WHERE $5::text IS NOT NULL OR NOT EXISTS (SELECT 1 FROM recordings WHERE attempt = $1::uuid)
ON CONFLICT DO NOTHING

-- name: RECORDINGS
-- Recordings of visible campaigns, the latest first. By the primary key.
SELECT id, attempt, campaign_id, carrier, call_id, recording_id, state, seconds, bytes, sha256, path,
       content_type, tries, next_try_at, fault, wanted_at, stored_at, removed_at
FROM recordings r
WHERE r.id < $1
  AND ($3::bigint IS NULL OR EXISTS (SELECT 1 FROM campaign_viewers v
                             WHERE v.viewer IN (0, $3) AND v.campaign_id = r.campaign_id))
ORDER BY r.id DESC LIMIT $2

-- name: RECORDINGS_DUE
-- Recordings for which something is to be done, the longest due first. Served by recordings_due.
SELECT id, attempt, campaign_id, carrier, call_id, recording_id, state, seconds, bytes, sha256, path,
       content_type, tries, next_try_at, fault, wanted_at, stored_at, removed_at
FROM recordings WHERE next_try_at <= $1
ORDER BY next_try_at, id LIMIT $2

-- name: RECORDINGS_IN_STATE
-- Recordings in one state of visible campaigns, the latest first. Served by recordings_state.
SELECT id, attempt, campaign_id, carrier, call_id, recording_id, state, seconds, bytes, sha256, path,
       content_type, tries, next_try_at, fault, wanted_at, stored_at, removed_at
FROM recordings r
WHERE r.state = $4 AND r.id < $1
  AND ($3::bigint IS NULL OR EXISTS (SELECT 1 FROM campaign_viewers v
                             WHERE v.viewer IN (0, $3) AND v.campaign_id = r.campaign_id))
ORDER BY r.id DESC LIMIT $2

-- name: RECORDINGS_OF_ATTEMPT
-- The recordings of a call, in the order in which they became known. Served by recordings_attempt.
SELECT id, attempt, campaign_id, carrier, call_id, recording_id, state, seconds, bytes, sha256, path,
       content_type, tries, next_try_at, fault, wanted_at, stored_at, removed_at
FROM recordings WHERE attempt = $1
ORDER BY id LIMIT $2

-- name: RECORDINGS_STORED_BEFORE
-- Recordings that were stored before an instant, the oldest first. Served by recordings_stored.
SELECT id, attempt, campaign_id, carrier, call_id, recording_id, state, seconds, bytes, sha256, path,
       content_type, tries, next_try_at, fault, wanted_at, stored_at, removed_at
FROM recordings WHERE state = 'stored' AND stored_at < $1
ORDER BY stored_at, id LIMIT $2
