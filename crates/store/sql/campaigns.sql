-- name: CAMPAIGN
-- One campaign with its figures.
-- One campaign with its figures. Its next due time is the first entry of contacts_due.
-- sqlite:
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
WHERE c.id = $1 AND c.imported_at IS NOT NULL AND c.deleted_at IS NULL
-- postgres:
SELECT c.id, c.name, c.state, c.state_reason, c.created_at, c.started_at, c.ended_at, c.last_called_at,
       c.skipped_duplicates, c.live, c.talk_millis,
       (SELECT k.due_at FROM contacts k
        WHERE k.campaign_id = c.id AND k.due_at IS NOT NULL ORDER BY k.due_at, k.id LIMIT 1),
       l.rows, l.accepted, l.duplicates, l.rejected,
       c.fingerprint, c.owner, (SELECT u.name FROM users u WHERE u.id = c.owner)
FROM campaigns c
CROSS JOIN LATERAL (SELECT coalesce(sum(rows), 0)::bigint AS rows, coalesce(sum(accepted), 0)::bigint AS accepted,
                           coalesce(sum(duplicates), 0)::bigint AS duplicates,
                           coalesce(sum(rejected), 0)::bigint AS rejected
                    FROM lists WHERE campaign_id = c.id) l
WHERE c.id = $1 AND c.imported_at IS NOT NULL AND c.deleted_at IS NULL

-- name: CAMPAIGN_ADD
-- A draft that nobody sees before its import is finished.
-- sqlite:
INSERT INTO campaigns (name, state, settings, fingerprint, created_at, owner) VALUES ($1, 'draft', $2, $3, $4, $5)
-- postgres:
INSERT INTO campaigns (name, state, settings, fingerprint, created_at, owner)
VALUES ($1, 'draft', $2::text::jsonb, $3, $4, $5) RETURNING id

-- name: CAMPAIGN_CLAIMED
-- A campaign's figures after a claim, by the sum of what was claimed and skipped.
-- A campaign's figures and lease after a claim, by the sum of what was claimed and skipped.
-- sqlite:
UPDATE campaigns
SET live = live + $2, next_slot_at = $3, skipped_duplicates = skipped_duplicates + $4
WHERE id = $1
-- postgres:
UPDATE campaigns
SET live = live + $2, next_slot_at = $3, skipped_duplicates = skipped_duplicates + $4,
    lease_until = greatest(lease_until, $5)
WHERE id = $1

-- name: CAMPAIGN_CONTACTS_MADE
-- The place of a campaign's last contact.
UPDATE campaigns SET contacts_made = $2 WHERE id = $1

-- name: CAMPAIGN_DIALED
-- A campaign has sent a call to the carrier.
-- sqlite:
UPDATE campaigns SET last_called_at = $2 WHERE id = $1

-- name: CAMPAIGN_EDIT
-- What a person changes of a draft; nobody changes a campaign that was started.
UPDATE campaigns SET name = $2, settings = $3::text::jsonb WHERE id = $1 AND state = 'draft' AND deleted_at IS NULL

-- name: CAMPAIGN_HIDE
-- Deletes a campaign for everybody; its contacts are cleared afterwards.
UPDATE campaigns SET deleted_at = $2 WHERE id = $1

-- name: CAMPAIGN_IDS
-- Every campaign, for the doctor.
SELECT id FROM campaigns ORDER BY id

-- name: CAMPAIGN_IMPORTED
-- Makes a campaign visible; a later import leaves the instant of the first.
UPDATE campaigns SET imported_at = coalesce(imported_at, $2) WHERE id = $1

-- name: CAMPAIGN_LOCK
-- Locks a campaign: whoever changes its contacts, attempts or counts has to. Waits for nobody who only reads
-- or refers to it.
-- postgres:
SELECT id FROM campaigns WHERE id = $1 FOR NO KEY UPDATE

-- name: CAMPAIGN_MOVE
-- A campaign's next state, only from the state from which it was concluded.
-- sqlite:
UPDATE campaigns
SET state = $3, state_reason = $4, started_at = coalesce($5, started_at), ended_at = coalesce($6, ended_at)
WHERE id = $1 AND state = $2
-- postgres:
WITH changed AS (
  UPDATE campaigns
  SET state = $3, state_reason = $4, started_at = coalesce($5, started_at), ended_at = coalesce($6, ended_at)
  WHERE id = $1 AND state = $2
  RETURNING 1)
SELECT ringonce_expect((SELECT count(*) FROM changed), 1)

-- name: CAMPAIGN_REMOVE
-- Removes a campaign that nobody ever saw; a deleted one keeps its row for its attempts.
DELETE FROM campaigns WHERE id = $1 AND imported_at IS NULL AND deleted_at IS NULL

-- name: CAMPAIGN_SETTINGS
-- A campaign's settings, deleted campaigns included.
SELECT settings, state FROM campaigns WHERE id = $1

-- name: CAMPAIGN_SETTLED
-- A campaign's figures after an attempt has freed its line.
-- sqlite:
UPDATE campaigns
SET live = live - 1, next_slot_at = $2, talk_millis = talk_millis + $3
WHERE id = $1

-- name: CAMPAIGN_SKIPPED
-- How many were skipped as called by another campaign.
SELECT id, skipped_duplicates FROM campaigns WHERE id = $1

-- name: CAMPAIGN_SKIPPED_DUPLICATES
-- Counts contacts whose number another campaign has called.
UPDATE campaigns SET skipped_duplicates = skipped_duplicates + $2 WHERE id = $1

-- name: CAMPAIGN_STEERED
-- What steering asks of a campaign.
-- What steering asks of a campaign, and its lock.
SELECT id, state, live, contacts_made, imported_at FROM campaigns WHERE id = $1 AND deleted_at IS NULL
FOR NO KEY UPDATE

-- name: CAMPAIGN_THERE
-- Whether a campaign is there and was not deleted.
-- postgres:
SELECT id FROM campaigns WHERE id = $1 AND deleted_at IS NULL

-- name: CAMPAIGN_TO_EDIT
-- What an edit of a campaign compares and checks.
-- What an edit of a campaign compares and checks, and its lock.
SELECT id, state, imported_at, skipped_duplicates, name, settings FROM campaigns WHERE id = $1 AND deleted_at IS NULL
FOR NO KEY UPDATE

-- name: CAMPAIGNS
-- Campaigns, the latest first. Served by the primary key: there are few campaigns.
-- sqlite:
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
WHERE c.id < $1 AND c.imported_at IS NOT NULL AND c.deleted_at IS NULL AND ($2 IS NULL OR c.state = $2)
ORDER BY c.id DESC
LIMIT $3
-- postgres:
SELECT c.id, c.name, c.state, c.state_reason, c.created_at, c.started_at, c.ended_at, c.last_called_at,
       c.skipped_duplicates, c.live, c.talk_millis,
       (SELECT k.due_at FROM contacts k
        WHERE k.campaign_id = c.id AND k.due_at IS NOT NULL ORDER BY k.due_at, k.id LIMIT 1),
       l.rows, l.accepted, l.duplicates, l.rejected,
       c.fingerprint, c.owner, (SELECT u.name FROM users u WHERE u.id = c.owner)
FROM campaigns c
CROSS JOIN LATERAL (SELECT coalesce(sum(rows), 0)::bigint AS rows, coalesce(sum(accepted), 0)::bigint AS accepted,
                           coalesce(sum(duplicates), 0)::bigint AS duplicates,
                           coalesce(sum(rejected), 0)::bigint AS rejected
                    FROM lists WHERE campaign_id = c.id) l
WHERE c.id < $1 AND c.imported_at IS NOT NULL AND c.deleted_at IS NULL AND ($2::text IS NULL OR c.state = $2)
ORDER BY c.id DESC
LIMIT $3

-- name: CAMPAIGNS_ACTIVE
-- What there is to run. Served by campaigns_active; each next due time is the first entry of contacts_due.
-- What there is to run, at one moment. Served by campaigns_active; each next due time is the first entry of
-- contacts_due.
-- sqlite:
SELECT c.id, c.state, c.live, c.next_slot_at, c.lease_owner, c.lease_epoch, c.lease_until,
       (SELECT k.due_at FROM contacts k INDEXED BY contacts_due
        WHERE k.campaign_id = c.id AND k.due_at IS NOT NULL ORDER BY k.due_at LIMIT 1)
FROM campaigns c INDEXED BY campaigns_active
WHERE c.state IN ('pending','running') AND c.deleted_at IS NULL
ORDER BY c.id
-- postgres:
SELECT c.id, c.state, c.live, c.next_slot_at, c.lease_owner, c.lease_epoch, c.lease_until,
       (SELECT k.due_at FROM contacts k
        WHERE k.campaign_id = c.id AND k.due_at IS NOT NULL ORDER BY k.due_at, k.id LIMIT 1),
       n.states, n.contacts
FROM campaigns c
CROSS JOIN LATERAL (SELECT array_agg(s.state) AS states, array_agg(s.contacts) AS contacts
                    FROM campaign_contacts s WHERE s.campaign_id = c.id) n
WHERE c.state IN ('pending','running') AND c.deleted_at IS NULL
ORDER BY c.id

-- name: CAMPAIGNS_OF_FILE
-- The campaigns whose file had a fingerprint, the latest first. Served by campaigns_fingerprint.
-- The latest campaign in one of these states whose file had a fingerprint. Served by campaigns_fingerprint.
-- sqlite:
SELECT id, state FROM campaigns INDEXED BY campaigns_fingerprint
WHERE fingerprint = $1 AND fingerprint <> '' AND imported_at IS NOT NULL AND deleted_at IS NULL
ORDER BY id DESC
-- postgres:
SELECT id, state FROM campaigns
WHERE fingerprint = $1 AND fingerprint <> '' AND imported_at IS NOT NULL AND deleted_at IS NULL
  AND state = ANY ($2::text[])
ORDER BY id DESC
LIMIT 1

-- name: CAMPAIGNS_SEEN
-- Campaigns that somebody sees, the latest first. Served by campaign_viewers: a page of those that are
-- everybody's and a page of those that are theirs; with a state, all of both.
-- sqlite:
WITH seen AS (
  SELECT campaign_id FROM (SELECT campaign_id FROM campaign_viewers WHERE viewer = 0 AND campaign_id < $1
                           ORDER BY campaign_id DESC LIMIT CASE WHEN $2 IS NULL THEN $3 ELSE -1 END) open
  UNION
  SELECT campaign_id FROM (SELECT campaign_id FROM campaign_viewers WHERE viewer = $4 AND campaign_id < $1
                           ORDER BY campaign_id DESC LIMIT CASE WHEN $2 IS NULL THEN $3 ELSE -1 END) own
)
SELECT c.id, c.name, c.state, c.state_reason, c.created_at, c.started_at, c.ended_at, c.last_called_at,
       c.skipped_duplicates, c.live, c.talk_millis,
       (SELECT k.due_at FROM contacts k INDEXED BY contacts_due
        WHERE k.campaign_id = c.id AND k.due_at IS NOT NULL ORDER BY k.due_at LIMIT 1),
       (SELECT coalesce(sum(l.rows), 0) FROM lists l WHERE l.campaign_id = c.id),
       (SELECT coalesce(sum(l.accepted), 0) FROM lists l WHERE l.campaign_id = c.id),
       (SELECT coalesce(sum(l.duplicates), 0) FROM lists l WHERE l.campaign_id = c.id),
       (SELECT coalesce(sum(l.rejected), 0) FROM lists l WHERE l.campaign_id = c.id),
       c.fingerprint, c.owner, (SELECT u.name FROM users u WHERE u.id = c.owner)
FROM seen s CROSS JOIN campaigns c ON c.id = s.campaign_id
WHERE c.imported_at IS NOT NULL AND c.deleted_at IS NULL AND ($2 IS NULL OR c.state = $2)
ORDER BY c.id DESC
LIMIT $3
-- postgres:
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

-- name: CAMPAIGNS_SETTLED
-- Campaigns' figures after attempts were sent or have freed their lines.
-- postgres:
UPDATE campaigns c
SET live = c.live - e.freed, next_slot_at = e.next_slot_at, talk_millis = c.talk_millis + e.talk_millis,
    last_called_at = coalesce(e.called_at, c.last_called_at)
FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::bigint[], $5::timestamptz[])
     AS e (id, freed, next_slot_at, talk_millis, called_at)
WHERE c.id = e.id

-- name: SETTLE_CAMPAIGNS
-- Locks the campaigns of attempts, in order: whoever holds these locks changes their contacts and attempts alone.
-- An array, as a join would be planned over every campaign when many attempts come together.
-- postgres:
SELECT c.id FROM campaigns c
WHERE c.id = ANY (ARRAY(SELECT DISTINCT a.campaign_id FROM attempts a WHERE a.id = ANY ($1)))
ORDER BY c.id
FOR NO KEY UPDATE
