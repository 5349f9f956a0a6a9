-- columns: CAMPAIGN_COLUMNS
-- A campaign with its figures, from `campaigns c`. Its next due time is the first entry of contacts_due.
       c.id, c.name, c.state, c.state_reason, c.settings, c.created_at, c.started_at, c.ended_at, c.last_called_at,
       c.skipped_duplicates, c.live, c.talk_millis,
       (SELECT k.due_at FROM contacts k INDEXED BY contacts_due
        WHERE k.campaign_id = c.id AND k.due_at IS NOT NULL ORDER BY k.due_at, k.id LIMIT 1) AS next_due,
       (SELECT coalesce(sum(l.rows), 0)::bigint FROM lists l WHERE l.campaign_id = c.id) AS rows,
       (SELECT coalesce(sum(l.accepted), 0)::bigint FROM lists l WHERE l.campaign_id = c.id) AS accepted,
       (SELECT coalesce(sum(l.duplicates), 0)::bigint FROM lists l WHERE l.campaign_id = c.id) AS duplicates,
       (SELECT coalesce(sum(l.rejected), 0)::bigint FROM lists l WHERE l.campaign_id = c.id) AS rejected,
       c.fingerprint, c.owner, (SELECT u.name FROM users u WHERE u.id = c.owner) AS owner_name

-- name: CAMPAIGN
-- One campaign with its figures.
SELECT {CAMPAIGN_COLUMNS}
FROM campaigns c
WHERE c.id = $1 AND c.imported_at IS NOT NULL AND c.deleted_at IS NULL

-- name: CAMPAIGN_ADD
-- A draft that is invisible before its import is finished.
INSERT INTO campaigns (name, state, settings, fingerprint, created_at, owner)
VALUES ($1, 'draft', $2::text::jsonb, $3, $4, $5) RETURNING id

-- name: CAMPAIGN_CLAIMED
-- A campaign's figures after a claim, by the sum of what was claimed and skipped; on a server its lease with them,
-- which SQLite extends before.
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
-- A person's changes to a draft; a campaign that was started never changes.
UPDATE campaigns SET name = $2, settings = $3::text::jsonb WHERE id = $1 AND state = 'draft' AND deleted_at IS NULL

-- name: CAMPAIGN_HIDE
-- Deletes a campaign; its contacts are cleared afterwards.
UPDATE campaigns SET deleted_at = $2 WHERE id = $1

-- name: CAMPAIGN_IDS
-- Every campaign, for the doctor.
SELECT id FROM campaigns ORDER BY id

-- name: CAMPAIGN_IMPORTED
-- Makes a campaign visible; a later import leaves the instant of the first.
UPDATE campaigns SET imported_at = coalesce(imported_at, $2) WHERE id = $1

-- name: CAMPAIGN_LOCK
-- Locks a campaign, as every change of its contacts, attempts or counts must. Does not wait for transactions
-- that only read it or refer to it. SQLite has one writer.
-- postgres:
SELECT id FROM campaigns WHERE id = $1 FOR NO KEY UPDATE

-- name: CAMPAIGN_MOVE
-- A campaign's next state, only from the state from which it was concluded. PostgreSQL, which gets it with the
-- commit, refuses the transaction when another one has moved the campaign meanwhile; SQLite has one writer.
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
-- Removes a campaign that was never visible; a deleted one keeps its row for its attempts.
DELETE FROM campaigns WHERE id = $1 AND imported_at IS NULL AND deleted_at IS NULL

-- name: CAMPAIGN_SETTINGS
-- A campaign's settings, deleted campaigns included.
SELECT settings, state FROM campaigns WHERE id = $1

-- name: CAMPAIGN_SETTLED
-- A campaign's figures after an attempt has freed its line, or has taken it again.
-- sqlite:
UPDATE campaigns
SET live = live - $4, next_slot_at = $2, talk_millis = talk_millis + $3
WHERE id = $1

-- name: CAMPAIGN_SKIPPED
-- How many were skipped as called by another campaign.
SELECT id, skipped_duplicates FROM campaigns WHERE id = $1

-- name: CAMPAIGN_SKIPPED_DUPLICATES
-- Counts contacts whose number another campaign has called.
UPDATE campaigns SET skipped_duplicates = skipped_duplicates + $2 WHERE id = $1

-- name: CAMPAIGN_STEERED
-- What steering asks of a campaign, and its lock.
SELECT id, state, live, contacts_made, imported_at FROM campaigns WHERE id = $1 AND deleted_at IS NULL
FOR NO KEY UPDATE

-- name: CAMPAIGN_THERE
-- Whether a campaign is there and was not deleted.
SELECT id FROM campaigns WHERE id = $1 AND deleted_at IS NULL

-- name: CAMPAIGN_TO_EDIT
-- What an edit of a campaign compares and checks, and its lock.
SELECT id, state, imported_at, skipped_duplicates, name, settings FROM campaigns WHERE id = $1 AND deleted_at IS NULL
FOR NO KEY UPDATE

-- name: CAMPAIGNS
-- Campaigns, the latest first. Served by the primary key: there are few campaigns.
SELECT {CAMPAIGN_COLUMNS}
FROM campaigns c
WHERE c.id < $1 AND c.imported_at IS NOT NULL AND c.deleted_at IS NULL AND ($2::text IS NULL OR c.state = $2)
ORDER BY c.id DESC
LIMIT $3

-- name: CAMPAIGNS_ACTIVE
-- What there is to run with its contacts by state, a row for each, all at one moment. Served by campaigns_active;
-- each next due time is the first entry of contacts_due. LATERAL keeps PostgreSQL from reading the counts of
-- campaigns that are over.
-- sqlite:
WITH active AS MATERIALIZED (
  SELECT c.id, c.state, c.live, c.next_slot_at, c.lease_owner, c.lease_epoch, c.lease_until,
         (SELECT k.due_at FROM contacts k INDEXED BY contacts_due
          WHERE k.campaign_id = c.id AND k.due_at IS NOT NULL ORDER BY k.due_at LIMIT 1) AS next_due
  FROM campaigns c INDEXED BY campaigns_active
  WHERE c.state IN ('pending','running') AND c.deleted_at IS NULL
)
SELECT active.*, n.state AS counted, n.contacts
FROM active CROSS JOIN campaign_contacts n
WHERE n.campaign_id = active.id
-- postgres:
WITH active AS MATERIALIZED (
  SELECT c.id, c.state, c.live, c.next_slot_at, c.lease_owner, c.lease_epoch, c.lease_until,
         (SELECT k.due_at FROM contacts k
          WHERE k.campaign_id = c.id AND k.due_at IS NOT NULL ORDER BY k.due_at, k.id LIMIT 1) AS next_due
  FROM campaigns c
  WHERE c.state IN ('pending','running') AND c.deleted_at IS NULL
)
SELECT active.*, n.state AS counted, n.contacts
FROM active CROSS JOIN LATERAL (SELECT state, contacts FROM campaign_contacts WHERE campaign_id = active.id OFFSET 0) n

-- name: CAMPAIGNS_OF_FILE
-- The latest campaign in one of these states whose file had a fingerprint. Served by campaigns_fingerprint.
SELECT id FROM campaigns INDEXED BY campaigns_fingerprint
WHERE fingerprint = $1 AND fingerprint <> '' AND imported_at IS NOT NULL AND deleted_at IS NULL
  AND state = ANY ($2::text[])
ORDER BY id DESC
LIMIT 1

-- name: CAMPAIGNS_SEEN
-- Campaigns that a person sees, the latest first. Served by campaign_viewers: a page of those open to
-- everyone and a page of their own; with a state, all of both.
WITH seen AS (
  SELECT campaign_id FROM (SELECT campaign_id FROM campaign_viewers WHERE viewer = 0 AND campaign_id < $1
                           ORDER BY campaign_id DESC
                           LIMIT CASE WHEN $2::text IS NULL THEN $3::bigint ELSE 9223372036854775807 END) open
  UNION
  SELECT campaign_id FROM (SELECT campaign_id FROM campaign_viewers WHERE viewer = $4 AND campaign_id < $1
                           ORDER BY campaign_id DESC
                           LIMIT CASE WHEN $2::text IS NULL THEN $3::bigint ELSE 9223372036854775807 END) own
)
SELECT {CAMPAIGN_COLUMNS}
FROM seen s CROSS JOIN campaigns c
WHERE c.id = s.campaign_id AND c.imported_at IS NOT NULL AND c.deleted_at IS NULL
  AND ($2::text IS NULL OR c.state = $2)
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
-- Locks the campaigns of attempts, in order: the holder of these locks changes their contacts and attempts alone.
-- An array, as a join would be planned over every campaign when many attempts come together.
-- postgres:
SELECT c.id FROM campaigns c
WHERE c.id = ANY (ARRAY(SELECT DISTINCT a.campaign_id FROM attempts a WHERE a.id = ANY ($1)))
ORDER BY c.id
FOR NO KEY UPDATE
