-- columns: CONTACT_COLUMNS
-- A contact as listings show it, from `contacts k`.
k.id, k.campaign_id, k.line, k.number, k.name, k.state, k.lead, k.reason, k.due_at, k.attempts, k.answered,
       k.last_outcome, k.last_attempt_at, k.changed_at, k.metadata

-- columns: PLACE_COLUMNS
-- Where a contact stands in every order, and what a search looks at.
id, number, name_key, state, last_outcome

-- name: CONTACT_ADD
-- One row of a file, unless its number stands in the campaign. Ids ascend, so the table and contacts_due
-- are appended to; contacts_number and contacts_name are entered at random. Measured with 400,000 names in
-- no order: contacts_name makes 16 microseconds a row of 9, and a file larger by a quarter. On a server only the
-- rows whose numbers do not stand in the campaign come: measured with a million of them, a third more than the time
-- of one bare COPY.
-- sqlite:
INSERT INTO contacts (id, campaign_id, list_id, line, number, state, lead, due_at, changed_at, zone, name, name_key,
                      metadata)
VALUES ($4, $1, $2, $5, $6, 'pending', 'new', $3, $3, $7, $8, $10, $9)
ON CONFLICT (campaign_id, number) DO NOTHING
-- postgres:
COPY contacts (id, campaign_id, list_id, line, number, due_at, changed_at, state, lead, zone, name, metadata,
               name_key)
FROM STDIN (FORMAT binary)

-- name: CONTACT_CALLING
-- A contact whose attempt has just been claimed.
-- sqlite:
UPDATE contacts
SET state = 'calling', due_at = NULL, reason = NULL, attempts = attempts + 1, changed_at = $2
WHERE id = $1 AND state = 'pending'

-- name: CONTACT_COUNT
-- Moves the count of a campaign's contacts in a state, in the transaction that moves the contacts.
UPDATE campaign_contacts SET contacts = contacts + $3
WHERE campaign_id = $1 AND state = $2

-- name: CONTACT_COUNT_ADD
-- The count of a campaign's contacts in a state, from 0.
INSERT INTO campaign_contacts (campaign_id, state, contacts) VALUES ($1, $2, 0)

-- name: CONTACT_COUNTS
-- A campaign's contacts by state.
SELECT campaign_id, state, contacts FROM campaign_contacts WHERE campaign_id = $1

-- name: CONTACT_COUNTS_MOVE
-- Moves the counts of campaigns' contacts by state, in the transaction that moves the contacts.
-- postgres:
UPDATE campaign_contacts n SET contacts = n.contacts + e.by
FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS e (campaign_id, state, by)
WHERE n.campaign_id = e.campaign_id AND n.state = e.state

-- name: CONTACT_COUNTS_REMOVE
-- Removes the counts of a campaign that has no contacts left.
DELETE FROM campaign_contacts WHERE campaign_id = $1

-- name: CONTACT_DEFER
-- A contact that a rule forbids until an instant.
-- sqlite:
UPDATE contacts SET due_at = $2, reason = $3, changed_at = $4
WHERE id = $1 AND state = 'pending'

-- name: CONTACT_LINE
-- The lines of the contacts that have a number in the process, or these numbers on a server: one look into
-- contacts_number for each, whatever the planner believes of the table.
-- sqlite:
SELECT id, line FROM contacts WHERE campaign_id = $1 AND number = $2
-- postgres:
SELECT n.number, k.line
FROM unnest($2::bigint[]) AS n (number)
CROSS JOIN LATERAL (SELECT line FROM contacts WHERE campaign_id = $1 AND number = n.number LIMIT 1) k

-- name: CONTACT_PLACE
-- Where a contact stands in every order.
SELECT {PLACE_COLUMNS} FROM contacts WHERE id = $1

-- name: CONTACT_SETTLE
-- What an attempt's step makes of its contact.
-- sqlite:
UPDATE contacts
SET state = $2, lead = coalesce($3, lead), due_at = $4, reason = $5,
    attempts = attempts - $6, answered = answered + $7,
    last_outcome = coalesce($8, last_outcome), last_attempt_at = coalesce($9, last_attempt_at),
    changed_at = $10, never_left = $11
WHERE id = $1

-- name: CONTACT_SKIP
-- A contact that a rule forbids for good.
-- sqlite:
UPDATE contacts
SET state = 'skipped', lead = 'skipped', due_at = NULL, reason = $2, changed_at = $3
WHERE id = $1 AND state = 'pending'

-- name: CONTACTS
-- Contacts of a campaign by id: a range of the primary key.
SELECT {CONTACT_COLUMNS}
FROM contacts k WHERE k.id > $1 AND k.id < $2
ORDER BY k.id
LIMIT $3

-- name: CONTACTS_BY_ID
-- The contacts that a search has found, each by its key.
SELECT {CONTACT_COLUMNS}
FROM contacts k WHERE k.id = ANY ($1::bigint[])

-- name: CONTACTS_CALLING
-- Contacts whose attempts have just been claimed.
-- postgres:
WITH changed AS (
  UPDATE contacts
  SET state = 'calling', due_at = NULL, reason = NULL, attempts = attempts + 1, changed_at = $2
  WHERE id = ANY ($1) AND state = 'pending'
  RETURNING 1)
SELECT ringonce_expect((SELECT count(*) FROM changed), cardinality($1::bigint[]))

-- name: CONTACTS_CLEAR
-- Removes a bounded number of a campaign's contacts, those of one list if given, and tells their states. A range
-- of the primary key; the array keeps PostgreSQL from joining over every contact.
DELETE FROM contacts
WHERE id = ANY (ARRAY(SELECT id FROM contacts
                      WHERE id > $1 AND id < $2 AND ($3::bigint IS NULL OR list_id = $3) LIMIT $4))
RETURNING state

-- name: CONTACTS_DEFER
-- Contacts that a rule forbids until an instant.
-- postgres:
WITH changed AS (
  UPDATE contacts c
  SET due_at = e.until, reason = e.reason, changed_at = $4
  FROM unnest($1::bigint[], $2::timestamptz[], $3::text[]) AS e (id, until, reason)
  WHERE c.id = e.id AND c.state = 'pending'
  RETURNING 1)
SELECT ringonce_expect((SELECT count(*) FROM changed), cardinality($1::bigint[]))

-- name: CONTACTS_IN_STATE
-- Contacts of a campaign in a state by id. Served by contacts_state.
SELECT {CONTACT_COLUMNS}
FROM contacts k INDEXED BY contacts_state
WHERE k.campaign_id = $5 AND k.state = $4 AND k.id > $1 AND k.id < $2
ORDER BY k.id
LIMIT $3

-- name: CONTACTS_MARK_CALLED
-- Skips the waiting contacts of a range whose number another campaign has called since an instant (promise A1).
-- A range of the primary key, which NOT INDEXED makes SQLite take, then numbers by primary key.
UPDATE contacts AS k NOT INDEXED
SET state = 'skipped', lead = 'skipped', due_at = NULL, reason = $5, changed_at = $6
FROM numbers n
WHERE k.id >= $2 AND k.id < $3 AND k.state = 'pending'
  AND n.number = k.number
  AND CASE n.last_campaign WHEN $1 THEN n.other_called_at ELSE n.last_called_at END > $4

-- name: CONTACTS_OF_NUMBER
-- A number's contacts, the latest campaign first: one look into contacts_number for each campaign.
SELECT {CONTACT_COLUMNS}
FROM campaigns c CROSS JOIN contacts k
WHERE k.id = (SELECT n.id FROM contacts n INDEXED BY contacts_number WHERE n.campaign_id = c.id AND n.number = $1)
  AND c.imported_at IS NOT NULL AND c.deleted_at IS NULL
ORDER BY c.id DESC
LIMIT $2

-- name: CONTACTS_SETTLE
-- What attempts' steps make of their contacts.
-- postgres:
UPDATE contacts c
SET state = e.state, lead = coalesce(e.lead, c.lead), due_at = e.due_at, reason = e.reason,
    attempts = c.attempts - e.uncounted, answered = c.answered + e.answered,
    last_outcome = coalesce(e.outcome, c.last_outcome),
    last_attempt_at = coalesce(e.attempt_at, c.last_attempt_at), changed_at = e.changed_at,
    never_left = e.never_left
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::integer[], $7::integer[],
            $8::text[], $9::timestamptz[], $10::timestamptz[], $11::integer[])
     AS e (id, state, lead, due_at, reason, uncounted, answered, outcome, attempt_at, changed_at, never_left)
WHERE c.id = e.id

-- name: CONTACTS_SKIP
-- Contacts that a rule forbids for good.
-- postgres:
WITH changed AS (
  UPDATE contacts c
  SET state = 'skipped', lead = 'skipped', due_at = NULL, reason = e.reason, changed_at = $3
  FROM unnest($1::bigint[], $2::text[]) AS e (id, reason)
  WHERE c.id = e.id AND c.state = 'pending'
  RETURNING 1)
SELECT ringonce_expect((SELECT count(*) FROM changed), cardinality($1::bigint[]))

-- name: CONTACTS_WAITING
-- Why the next contacts in line wait, of so many at most, and when the first of each is due. Served by
-- contacts_due.
SELECT coalesce(w.reason, '') AS reason, count(*) AS contacts, min(w.due_at) AS first_due,
       count(*) FILTER (WHERE w.due_at <= $3) AS due
FROM (SELECT reason, due_at FROM contacts INDEXED BY contacts_due
      WHERE campaign_id = $1 AND due_at IS NOT NULL ORDER BY due_at, id LIMIT $2) w
GROUP BY 1

-- name: CONTACTS_WALK
-- Contacts of a campaign by id, as far as a search looks at them: a range of the primary key.
SELECT {PLACE_COLUMNS}
FROM contacts
WHERE id > $1 AND id < $2
ORDER BY id
LIMIT $3

-- name: CONTACTS_WALK_BACK
-- Contacts of a campaign by descending id, as far as a search looks at them: a range of the primary key.
SELECT {PLACE_COLUMNS}
FROM contacts
WHERE id > $1 AND id < $2
ORDER BY id DESC
LIMIT $3

-- name: CONTACTS_WALK_NAME
-- Contacts of a campaign by name, as far as a search looks at them. Served by contacts_name.
-- Measured with a million contacts: a page of 50 takes 0.04 ms, the 5,000 that a search looks at most 11 ms.
SELECT {PLACE_COLUMNS}
FROM contacts INDEXED BY contacts_name
WHERE campaign_id = $4 AND name_key > $1 AND name_key < $2
ORDER BY name_key, id
LIMIT $3

-- name: CONTACTS_WALK_NAME_BACK
-- Contacts of a campaign by descending name, as far as a search looks at them. Served by contacts_name.
-- Measured with a million contacts: a page of 50 takes 0.04 ms, the 5,000 that a search looks at most 11 ms.
SELECT {PLACE_COLUMNS}
FROM contacts INDEXED BY contacts_name
WHERE campaign_id = $4 AND name_key >= $1 AND name_key < $2
ORDER BY name_key DESC, id DESC
LIMIT $3

-- name: CONTACTS_WALK_NUMBER
-- Contacts of a campaign by number, as far as a search looks at them. Served by contacts_number.
SELECT {PLACE_COLUMNS}
FROM contacts INDEXED BY contacts_number
WHERE campaign_id = $4 AND number > $1 AND number < $2
ORDER BY number
LIMIT $3

-- name: CONTACTS_WALK_NUMBER_BACK
-- Contacts of a campaign by descending number, as far as a search looks at them. Served by contacts_number.
SELECT {PLACE_COLUMNS}
FROM contacts INDEXED BY contacts_number
WHERE campaign_id = $4 AND number > $1 AND number < $2
ORDER BY number DESC
LIMIT $3

-- name: CONTACTS_WALK_OUTCOME
-- Contacts of a campaign with a last outcome by id, as far as a search looks at them. Served by
-- contacts_outcome.
SELECT {PLACE_COLUMNS}
FROM contacts INDEXED BY contacts_outcome
WHERE campaign_id = $4 AND last_outcome = $5 AND id > $1 AND id < $2
ORDER BY id
LIMIT $3

-- name: CONTACTS_WALK_OUTCOME_BACK
-- Contacts of a campaign with a last outcome by descending id, as far as a search looks at them. Served by
-- contacts_outcome.
SELECT {PLACE_COLUMNS}
FROM contacts INDEXED BY contacts_outcome
WHERE campaign_id = $4 AND last_outcome = $5 AND id > $1 AND id < $2
ORDER BY id DESC
LIMIT $3

-- name: CONTACTS_WALK_SAME_NAME
-- Contacts of a campaign with one name by id, as far as a search looks at them. Served by contacts_name.
SELECT {PLACE_COLUMNS}
FROM contacts INDEXED BY contacts_name
WHERE campaign_id = $4 AND name_key = $5 AND id > $1 AND id < $2
ORDER BY id
LIMIT $3

-- name: CONTACTS_WALK_SAME_NAME_BACK
-- Contacts of a campaign with one name by descending id, as far as a search looks at them. Served by contacts_name.
SELECT {PLACE_COLUMNS}
FROM contacts INDEXED BY contacts_name
WHERE campaign_id = $4 AND name_key = $5 AND id > $1 AND id < $2
ORDER BY id DESC
LIMIT $3

-- name: CONTACTS_WALK_STATE
-- Contacts of a campaign in a state by id, as far as a search looks at them. Served by contacts_state.
SELECT {PLACE_COLUMNS}
FROM contacts INDEXED BY contacts_state
WHERE campaign_id = $4 AND state = $5 AND id > $1 AND id < $2
ORDER BY id
LIMIT $3

-- name: CONTACTS_WALK_STATE_BACK
-- Contacts of a campaign in a state by descending id, as far as a search looks at them. Served by contacts_state.
SELECT {PLACE_COLUMNS}
FROM contacts INDEXED BY contacts_state
WHERE campaign_id = $4 AND state = $5 AND id > $1 AND id < $2
ORDER BY id DESC
LIMIT $3
