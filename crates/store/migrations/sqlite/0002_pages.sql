-- What pages ask for: figures over time, lists in every order, and what people did.

-- Calls that ended, by when and how, in minutes and in quarters of an hour; zones whose clocks differ by
-- half hours begin their days with a quarter. Changed in the transaction that settles the call. The cost
-- of a picture is that of its buckets, never of its calls.
CREATE TABLE activity (
  campaign_id INTEGER NOT NULL,
  span        INTEGER NOT NULL CHECK (span = 1 OR span = 15),
  start       INTEGER NOT NULL,
  outcome     TEXT    NOT NULL,
  calls       INTEGER NOT NULL,
  talk_millis INTEGER NOT NULL,
  PRIMARY KEY (campaign_id, span, start, outcome)
) STRICT, WITHOUT ROWID;

INSERT INTO activity (campaign_id, span, start, outcome, calls, talk_millis)
SELECT a.campaign_id, s.span, a.ended_at - a.ended_at % (s.span * 60000), a.outcome, count(*),
       sum(max(coalesce(a.ended_at - a.answered_at, 0), 0))
FROM attempts a
JOIN campaigns c ON c.id = a.campaign_id AND c.deleted_at IS NULL
JOIN (SELECT 1 AS span UNION ALL SELECT 15) s
WHERE a.outcome IS NOT NULL
GROUP BY 1, 2, 3, 4;

-- The beginning of the name, folded, by which contacts are found and ordered. Rows of before are folded
-- here, which in SQLite is done for A to Z alone.
ALTER TABLE contacts ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE contacts SET name_key = substr(lower(trim(name)), 1, 40) WHERE name <> '';

-- Listings by name.
CREATE INDEX contacts_name ON contacts (campaign_id, name_key);
-- Listings by the last outcome.
CREATE INDEX contacts_outcome ON contacts (campaign_id, last_outcome) WHERE last_outcome IS NOT NULL;

-- What was done that is no step of a call: by people, mostly.
CREATE INDEX audit_office ON audit (at)
  WHERE attempt_id IS NULL AND event <> 'contact.skipped' AND event <> 'contact.deferred';
CREATE INDEX audit_campaign ON audit (campaign_id, at)
  WHERE attempt_id IS NULL AND event <> 'contact.skipped' AND event <> 'contact.deferred'
    AND campaign_id IS NOT NULL;
