-- columns: ATTEMPT_COLUMNS
-- All of an attempt, from `attempts a`.
a.id, a.campaign_id, a.contact_id, a.number, a.made, a.state, a.owner, a.claimed_at, a.dialed_at,
       a.dial_before, a.caller_id, a.call_id, a.guessed, a.answered_at, a.ended_at, a.empty_look_at, a.corrected_at,
       a.outcome, a.cause, a.may_have_rung

-- columns: SETTLE_COLUMNS
-- What the settlement of an attempt asks beside it: its contact, campaign and number, and whether another attempt
-- holds the number of one that is over.
k.state AS contact_state, k.attempts AS contact_made, k.answered AS contact_answered, k.never_left,
       k.last_outcome,
       c.state AS campaign_state, c.next_slot_at, c.lease_owner,
       n.blocked_at IS NOT NULL AS blocked, n.last_campaign, n.last_called_at, n.other_called_at,
       CASE WHEN a.ended_at IS NOT NULL
         THEN (SELECT o.claimed_at FROM attempts o WHERE o.number = a.number AND o.ended_at IS NULL) END AS other_claimed_at,
       CASE WHEN a.ended_at IS NOT NULL OR k.state NOT IN ('calling', 'connected')
         THEN EXISTS (SELECT 1 FROM attempts o WHERE o.number = a.number AND o.contact_id = a.contact_id
                                                 AND o.id > a.id AND o.may_have_rung = true)
         ELSE false END AS rung_later

-- columns: CALL_COLUMNS
-- A call as listings show it, from `attempts a` and, for the name, `contacts c`.
a.id, a.campaign_id, a.contact_id, a.number, c.name, a.made, a.state, a.outcome, a.cause,
       a.call_id, a.claimed_at, a.dialed_at, a.answered_at, a.ended_at, a.corrected_at, a.may_have_rung,
       a.price, a.currency

-- columns: RING_COLUMNS
-- What may have rung, and when.
id, number, coalesce(dialed_at, claimed_at) AS rang_at, ended_at, corrected_at, outcome, campaign_id

-- name: ANSWER_ADD
-- Keeps an answer, unless the callee gave it before. The key is answers_attempt.
INSERT INTO answers (attempt, at, kind, word) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING

-- name: ANSWERS_OF_ATTEMPT
-- What the callee answered in a call, in order. Served by answers_attempt.
SELECT kind, word, at FROM answers WHERE attempt = $1 ORDER BY id LIMIT $2

-- name: ATTEMPT
-- One attempt, by primary key.
SELECT {ATTEMPT_COLUMNS}
FROM attempts a WHERE a.id = $1

-- name: ATTEMPT_ADD
-- A claimed attempt. The unique index attempts_live refuses a second live one to a number.
-- sqlite:
INSERT INTO attempts (id, campaign_id, contact_id, number, made, state, owner, claimed_at)
VALUES ($1, $2, $3, $4, $5, 'claimed', $6, $7)

-- name: ATTEMPT_MOVE
-- An attempt's next step, only from the state from which it was concluded.
-- sqlite:
UPDATE attempts
SET state = $3, dialed_at = $4, dial_before = $5, call_id = $6, answered_at = $7, ended_at = $8,
    empty_look_at = $9, outcome = $10, cause = $11, may_have_rung = $12, caller_id = $13, guessed = $14,
    corrected_at = $15
WHERE id = $1 AND state = $2

-- name: ATTEMPT_TO_SETTLE
-- Attempts with everything that their settlement asks: contact, campaign and number, all by primary key.
-- Runs after the locks, in a statement of its own: it must see what they waited for.
-- sqlite:
SELECT {ATTEMPT_COLUMNS},
       {SETTLE_COLUMNS}
FROM attempts a
JOIN campaigns c ON c.id = a.campaign_id
LEFT JOIN contacts k ON k.id = a.contact_id
LEFT JOIN numbers n ON n.number = a.number
WHERE a.id = $1
-- postgres:
SELECT {ATTEMPT_COLUMNS},
       {SETTLE_COLUMNS}
FROM attempts a
CROSS JOIN LATERAL (SELECT * FROM campaigns WHERE id = a.campaign_id LIMIT 1) c
LEFT JOIN LATERAL (SELECT state, attempts, answered, never_left, last_outcome FROM contacts
                   WHERE id = a.contact_id LIMIT 1) k ON true
LEFT JOIN LATERAL (SELECT * FROM numbers WHERE number = a.number LIMIT 1) n ON true
WHERE a.id = ANY ($1)

-- name: ATTEMPTS_ADD
-- Claimed attempts. The unique index attempts_live refuses a second live one to a number.
-- postgres:
INSERT INTO attempts (id, campaign_id, contact_id, number, made, state, owner, claimed_at)
SELECT e.id, $1, e.contact_id, e.number, e.made, 'claimed', $2, $3
FROM unnest($4::uuid[], $5::bigint[], $6::bigint[], $7::integer[]) AS e (id, contact_id, number, made)

-- name: ATTEMPTS_BETWEEN
-- Attempts that were claimed in a period, by their ids, which begin with the time. By the primary key.
SELECT id, number, state, outcome, call_id, dialed_at, campaign_id, price, currency FROM attempts
WHERE id > $1 AND id < $2
ORDER BY id
LIMIT $3

-- name: ATTEMPTS_ENDED
-- Attempts that ended after an instant and up to $3, oldest first, so many at most; a page never ends amid one
-- millisecond. Served by attempts_ended.
SELECT id, number, ended_at FROM attempts INDEXED BY attempts_ended
WHERE ended_at > $1
  AND ended_at <= coalesce((SELECT ended_at FROM attempts INDEXED BY attempts_ended
                            WHERE ended_at > $1 ORDER BY ended_at LIMIT 1 OFFSET $2::bigint - 1), $3)
ORDER BY ended_at

-- name: ATTEMPTS_LIVE
-- Live attempts by number. Served by attempts_live.
SELECT {ATTEMPT_COLUMNS}
FROM attempts a INDEXED BY attempts_live
WHERE a.number > $1 AND a.ended_at IS NULL
ORDER BY a.number
LIMIT $2

-- name: ATTEMPTS_MOVE
-- The next steps of attempts, only from the states from which they were concluded.
-- postgres:
WITH changed AS (
  UPDATE attempts a
  SET state = e.state, dialed_at = e.dialed_at, dial_before = e.dial_before, call_id = e.call_id,
      answered_at = e.answered_at, ended_at = e.ended_at, empty_look_at = e.empty_look_at,
      outcome = e.outcome, cause = e.cause, may_have_rung = e.may_have_rung, caller_id = e.caller_id,
      guessed = e.guessed, corrected_at = e.corrected_at
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[],
              $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::text[], $11::text[], $12::boolean[],
              $13::bigint[], $14::boolean[], $15::timestamptz[])
       AS e (id, before, state, dialed_at, dial_before, call_id, answered_at, ended_at, empty_look_at,
             outcome, cause, may_have_rung, caller_id, guessed, corrected_at)
  WHERE a.id = e.id AND a.state = e.before
  RETURNING 1)
SELECT ringonce_expect((SELECT count(*) FROM changed), cardinality($1::uuid[]))

-- name: CALL
-- One call with its contact's name, both by primary key.
SELECT {CALL_COLUMNS}
FROM attempts a LEFT JOIN contacts c ON c.id = a.contact_id
WHERE a.id = $1

-- name: CALLS
-- Calls, the latest first: attempt ids are ordered by time. A range of the primary key.
SELECT {CALL_COLUMNS}
FROM attempts a LEFT JOIN contacts c ON c.id = a.contact_id
WHERE a.id < $1
ORDER BY a.id DESC
LIMIT $2

-- name: CALLS_ENDED
-- Calls that ended, the latest first: nearly all are, so few others are met on the way.
SELECT {CALL_COLUMNS}
FROM attempts a LEFT JOIN contacts c ON c.id = a.contact_id
WHERE a.id < $1 AND a.state = $4 AND ($3::bigint IS NULL OR a.campaign_id = $3)
ORDER BY a.id DESC
LIMIT $2

-- name: CALLS_LAST
-- The last call of each of some contacts that may have rung and is over. One look into attempts_rung for each.
SELECT {CALL_COLUMNS}
FROM contacts c CROSS JOIN attempts a
WHERE c.id = ANY ($1::bigint[])
  AND a.id = (SELECT r.id FROM attempts r INDEXED BY attempts_rung
              WHERE r.number = c.number AND r.may_have_rung = true AND r.contact_id = c.id AND r.ended_at IS NOT NULL
              ORDER BY r.ended_at DESC LIMIT 1)

-- name: CALLS_LIVE
-- Live calls in a state, the latest first. Served by attempts_live, which holds no more than there are
-- lines: MATERIALIZED keeps PostgreSQL from walking over every call by id instead.
WITH live AS MATERIALIZED (SELECT * FROM attempts INDEXED BY attempts_live WHERE ended_at IS NULL AND number > 0)
SELECT {CALL_COLUMNS}
FROM live a LEFT JOIN contacts c ON c.id = a.contact_id
WHERE a.state = $4 AND a.id < $1 AND ($3::bigint IS NULL OR a.campaign_id = $3)
  AND ($5::bigint IS NULL
       OR EXISTS (SELECT 1 FROM campaign_viewers v WHERE v.viewer IN (0, $5) AND v.campaign_id = a.campaign_id))
ORDER BY a.id DESC
LIMIT $2

-- name: CALLS_NOT_RUNG
-- Calls that never rang, the latest first. Served by attempts_closed.
SELECT {CALL_COLUMNS}
FROM attempts a INDEXED BY attempts_closed LEFT JOIN contacts c ON c.id = a.contact_id
WHERE a.closed = $4 AND a.id < $1 AND ($3::bigint IS NULL OR a.campaign_id = $3)
  AND ($5::bigint IS NULL
       OR EXISTS (SELECT 1 FROM campaign_viewers v WHERE v.viewer IN (0, $5) AND v.campaign_id = a.campaign_id))
ORDER BY a.id DESC
LIMIT $2

-- name: CALLS_OF_CAMPAIGN
-- Calls of a campaign, the latest first. Served by attempts_campaign.
SELECT {CALL_COLUMNS}
FROM attempts a INDEXED BY attempts_campaign LEFT JOIN contacts c ON c.id = a.contact_id
WHERE a.campaign_id = $3 AND a.id < $1
ORDER BY a.id DESC
LIMIT $2

-- name: CALLS_OF_NUMBER
-- A number's calls that may have rung and are over, the latest first. Served by attempts_rung.
SELECT {CALL_COLUMNS}
FROM attempts a INDEXED BY attempts_rung LEFT JOIN contacts c ON c.id = a.contact_id
WHERE a.number = $1 AND a.may_have_rung = true AND a.ended_at IS NOT NULL
ORDER BY a.ended_at DESC
LIMIT $2

-- name: CALLS_RECENT
-- The calls to a number that ended since an instant, the latest first: read until every cap is judged. Served by
-- attempts_rung alone. On a server those of the numbers of the next due contacts, by contacts_due first; the caps
-- bound how many calls a number has in their horizon.
-- sqlite:
SELECT id, ended_at, state, outcome
FROM attempts INDEXED BY attempts_rung
WHERE number = $1 AND may_have_rung = 1 AND ended_at > $2
ORDER BY ended_at DESC
-- postgres:
SELECT k.number, a.ended_at, a.state, a.outcome
FROM (SELECT DISTINCT d.number
      FROM (SELECT number FROM contacts
            WHERE campaign_id = $1 AND due_at <= $2
            ORDER BY due_at, id LIMIT 16) d) k
CROSS JOIN LATERAL (SELECT ended_at, state, outcome FROM attempts
                    WHERE number = k.number AND may_have_rung AND ended_at > $3
                    ORDER BY ended_at DESC LIMIT 1000) a
ORDER BY k.number, a.ended_at DESC

-- name: CALLS_SEEN
-- Calls that a person sees, the latest first: of the campaigns that run, and of the latest hundred
-- others that are theirs and that are everybody's, so that no more is looked at however much there is.
-- Served by campaign_viewers and, a page of each campaign at most, by attempts_campaign: LATERAL takes half the time of
-- the other text on a server, and SQLite has none.
-- sqlite:
WITH seen AS (
  SELECT campaign_id FROM (SELECT campaign_id FROM campaign_viewers WHERE viewer = 0
                           ORDER BY campaign_id DESC LIMIT 100) open
  UNION SELECT campaign_id FROM (SELECT campaign_id FROM campaign_viewers WHERE viewer = $4
                                 ORDER BY campaign_id DESC LIMIT 100) own
  UNION SELECT r.id FROM campaigns r INDEXED BY campaigns_active
  WHERE r.state IN ('pending','running') AND r.deleted_at IS NULL
    AND EXISTS (SELECT 1 FROM campaign_viewers v WHERE v.viewer IN (0, $4) AND v.campaign_id = r.id)
)
SELECT {CALL_COLUMNS}
FROM seen s CROSS JOIN attempts a LEFT JOIN contacts c ON c.id = a.contact_id
WHERE a.id IN (SELECT b.id FROM attempts b INDEXED BY attempts_campaign
               WHERE b.campaign_id = s.campaign_id AND b.id < $1 AND ($3 IS NULL OR b.state = $3)
               ORDER BY b.id DESC LIMIT $2)
ORDER BY a.id DESC
LIMIT $2
-- postgres:
WITH seen AS (
  SELECT campaign_id FROM (SELECT campaign_id FROM campaign_viewers WHERE viewer = 0
                           ORDER BY campaign_id DESC LIMIT 100) open
  UNION SELECT campaign_id FROM (SELECT campaign_id FROM campaign_viewers WHERE viewer = $4
                                 ORDER BY campaign_id DESC LIMIT 100) own
  UNION SELECT r.id FROM campaigns r
  WHERE r.state IN ('pending','running') AND r.deleted_at IS NULL
    AND EXISTS (SELECT 1 FROM campaign_viewers v WHERE v.viewer IN (0, $4) AND v.campaign_id = r.id)
), latest AS (
  SELECT b.id FROM seen s
  CROSS JOIN LATERAL (SELECT id FROM attempts
                      WHERE campaign_id = s.campaign_id AND id < $1 AND ($3::text IS NULL OR state = $3)
                      ORDER BY campaign_id DESC, id DESC LIMIT $2) b
  ORDER BY b.id DESC LIMIT $2
)
SELECT {CALL_COLUMNS}
FROM latest l JOIN attempts a ON a.id = l.id LEFT JOIN contacts c ON c.id = a.contact_id
ORDER BY a.id DESC

-- name: RINGS
-- What may have rung, by number, so many at most; a page never ends amid a number. Served by attempts_rung.
SELECT {RING_COLUMNS}
FROM attempts INDEXED BY attempts_rung
WHERE number > $1 AND may_have_rung = true
  AND number <= coalesce((SELECT number FROM attempts INDEXED BY attempts_rung
                          WHERE number > $1 AND may_have_rung = true ORDER BY number LIMIT 1 OFFSET $2::bigint - 1),
                         9223372036854775807)
ORDER BY number

-- name: RINGS_OF_NUMBER
-- The latest rings of a number, those under way first. Served by attempts_rung.
SELECT {RING_COLUMNS}
FROM attempts INDEXED BY attempts_rung
WHERE number = $1 AND may_have_rung = true
ORDER BY ended_at DESC NULLS FIRST
LIMIT $2
