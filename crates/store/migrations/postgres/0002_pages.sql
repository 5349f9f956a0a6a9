-- What pages ask for: figures over time, lists in every order, and what people did.

-- Calls that ended, by when and how, in minutes and in quarters of an hour; zones whose clocks differ by
-- half hours begin their days with a quarter. Changed in the transaction that settles the call. The cost
-- of a picture is that of its buckets, never of its calls.
CREATE TABLE activity (
  campaign_id bigint      NOT NULL,
  span        integer     NOT NULL CHECK (span IN (1, 15)),
  start       timestamptz NOT NULL,
  outcome     text        NOT NULL,
  calls       bigint      NOT NULL,
  talk_millis bigint      NOT NULL,
  PRIMARY KEY (campaign_id, span, start, outcome)
) WITH (fillfactor = 70);

INSERT INTO activity (campaign_id, span, start, outcome, calls, talk_millis)
SELECT a.campaign_id, s.span, to_timestamp(floor(extract(epoch FROM a.ended_at) / (s.span * 60)) * (s.span * 60)),
       a.outcome, count(*),
       sum(greatest(round(extract(epoch FROM a.ended_at - a.answered_at) * 1000), 0))
FROM attempts a
JOIN campaigns c ON c.id = a.campaign_id AND c.deleted_at IS NULL
CROSS JOIN (VALUES (1), (15)) s (span)
WHERE a.outcome IS NOT NULL
GROUP BY 1, 2, 3, 4;

-- The beginning of the name, folded, by which contacts are found and ordered, byte by byte as everywhere.
ALTER TABLE contacts ADD COLUMN name_key text COLLATE "C" NOT NULL DEFAULT '';
UPDATE contacts SET name_key = substr(lower(trim(name)), 1, 40) WHERE name <> '';

-- Listings by name.
CREATE INDEX contacts_name ON contacts (campaign_id, name_key, id);
-- Listings by the last outcome.
CREATE INDEX contacts_outcome ON contacts (campaign_id, last_outcome, id) WHERE last_outcome IS NOT NULL;

-- What was done that is no step of a call: by people, mostly.
CREATE INDEX audit_office ON audit (at, seq)
  WHERE attempt_id IS NULL AND event <> 'contact.skipped' AND event <> 'contact.deferred';
CREATE INDEX audit_campaign ON audit (campaign_id, at, seq)
  WHERE attempt_id IS NULL AND event <> 'contact.skipped' AND event <> 'contact.deferred'
    AND campaign_id IS NOT NULL;
