-- columns: AUDIT_COLUMNS
-- An entry.
seq, at, actor, event, campaign_id, number, attempt_id, detail

-- name: AUDIT_APPEND
-- Appends an entry to the only chain; on a server those of a transaction to one of many, in their order: seq is
-- drawn in it too.
-- sqlite:
INSERT INTO audit (seq, at, actor, event, campaign_id, number, attempt_id, detail, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
-- postgres:
INSERT INTO audit (chain, place, at, campaign_id, number, attempt_id, actor, event, detail, hash)
SELECT $1, e.place, e.at, e.campaign_id, e.number, e.attempt_id, e.actor, e.event, e.detail::json, e.hash
FROM unnest($2::bigint[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::uuid[], $7::text[], $8::text[],
            $9::text[], $10::bytea[])
     AS e (place, at, campaign_id, number, attempt_id, actor, event, detail, hash)
ORDER BY e.place

-- name: AUDIT_CHAIN_ADD
-- Opens a chain of the audit trail.
-- postgres:
INSERT INTO audit_chains DEFAULT VALUES RETURNING id

-- name: AUDIT_CHAINS_LAST
-- The end of every chain: one look into the primary key for each.
-- postgres:
SELECT c.id, l.place, l.at
FROM audit_chains c
CROSS JOIN LATERAL (SELECT a.place, a.at FROM audit a WHERE a.chain = c.id ORDER BY a.place DESC LIMIT 1) l

-- name: AUDIT_LAST
-- The end of the chain.
-- sqlite:
SELECT seq, hash, at FROM audit ORDER BY seq DESC LIMIT 1

-- name: AUDIT_OF_ATTEMPT
-- The latest entries about an attempt, found among those of its number. Served by audit_number.
SELECT {AUDIT_COLUMNS}
FROM audit WHERE number = $1 AND attempt_id = $2 ORDER BY seq DESC LIMIT $3

-- name: AUDIT_OF_CAMPAIGN
-- The latest entries about a campaign that are no steps of calls, before a place. Served by audit_campaign, whose
-- range SQLite takes from the first of the two comparisons.
SELECT {AUDIT_COLUMNS}
FROM audit INDEXED BY audit_campaign
WHERE campaign_id = $4 AND attempt_id IS NULL AND event <> 'contact.skipped' AND event <> 'contact.deferred'
  AND at <= $1 AND (at, seq) < ($1, $2)
ORDER BY at DESC, seq DESC
LIMIT $3

-- name: AUDIT_OF_NUMBER
-- The latest entries about a number, before a place. Served by audit_number.
SELECT {AUDIT_COLUMNS}
FROM audit WHERE number = $1 AND seq < $3 ORDER BY seq DESC LIMIT $2

-- name: AUDIT_PAGE
-- A page of the whole trail, chain by chain, to recompute the chains. A range of the primary key.
-- postgres:
SELECT {AUDIT_COLUMNS}, hash, chain, place
FROM audit WHERE (chain, place) > ($1, $2) ORDER BY chain, place LIMIT $3

-- name: AUDIT_STAFF
-- The latest entries that are no steps of calls, before a place. Served by audit_staff, whose range SQLite takes
-- from the first of the two comparisons.
SELECT {AUDIT_COLUMNS}
FROM audit INDEXED BY audit_staff
WHERE attempt_id IS NULL AND event <> 'contact.skipped' AND event <> 'contact.deferred'
  AND at <= $1 AND (at, seq) < ($1, $2)
ORDER BY at DESC, seq DESC
LIMIT $3

-- name: AUDIT_WHOLE
-- The whole trail, oldest first, to recompute the chain.
-- sqlite:
SELECT {AUDIT_COLUMNS}, hash FROM audit ORDER BY seq
