-- name: DOCTOR_ACTIVITY
-- Buckets of activity that differ from the calls that ended in them, and outcomes that no bucket holds.
-- Reads every attempt. Double as instants are integers in SQLite.
-- sqlite:
SELECT 'campaign ' || n.campaign_id || ' counts ' || n.calls || ' calls ' || n.outcome || ' in the ' || n.span
       || ' minutes from ' || n.start || ', there are ' || coalesce(a.calls, 0) AS finding
FROM activity n
LEFT JOIN (SELECT a.campaign_id, s.span, a.ended_at - a.ended_at % (s.span * 60000) AS start, a.outcome,
                  count(*) AS calls, sum(max(coalesce(a.ended_at - a.answered_at, 0), 0)) AS talk_millis
           FROM attempts a JOIN (SELECT 1 AS span UNION ALL SELECT 15) s
           WHERE a.outcome IS NOT NULL GROUP BY 1, 2, 3, 4) a
  ON a.campaign_id = n.campaign_id AND a.span = n.span AND a.start = n.start AND a.outcome = n.outcome
WHERE n.calls <> coalesce(a.calls, 0) OR n.talk_millis <> coalesce(a.talk_millis, 0)
UNION ALL
SELECT 'campaign ' || o.campaign_id || ' has ' || o.attempts || ' calls ' || o.outcome || ', its buckets of '
       || s.span || ' minutes have ' || coalesce(n.calls, 0)
FROM campaign_outcomes o JOIN (SELECT 1 AS span UNION ALL SELECT 15) s
LEFT JOIN (SELECT campaign_id, span, outcome, sum(calls) AS calls FROM activity GROUP BY 1, 2, 3) n
  ON n.campaign_id = o.campaign_id AND n.outcome = o.outcome AND n.span = s.span
WHERE o.attempts <> coalesce(n.calls, 0)
-- postgres:
SELECT 'campaign ' || n.campaign_id || ' counts ' || n.calls || ' calls ' || n.outcome || ' in the ' || n.span
       || ' minutes from ' || n.start || ', there are ' || coalesce(a.calls, 0) AS finding
FROM activity n
LEFT JOIN (SELECT a.campaign_id, s.span, a.outcome, count(*) AS calls,
                  to_timestamp(floor(extract(epoch FROM a.ended_at) / (s.span * 60)) * (s.span * 60)) AS start,
                  sum(greatest(round(extract(epoch FROM a.ended_at - a.answered_at) * 1000), 0)) AS talk_millis
           FROM attempts a CROSS JOIN (VALUES (1), (15)) s (span)
           WHERE a.outcome IS NOT NULL GROUP BY 1, 2, 3, 5) a
  ON a.campaign_id = n.campaign_id AND a.span = n.span AND a.start = n.start AND a.outcome = n.outcome
WHERE n.calls <> coalesce(a.calls, 0) OR n.talk_millis <> coalesce(a.talk_millis, 0)
UNION ALL
SELECT 'campaign ' || o.campaign_id || ' has ' || o.attempts || ' calls ' || o.outcome || ', its buckets of '
       || s.span || ' minutes have ' || coalesce(n.calls, 0)
FROM campaign_outcomes o CROSS JOIN (VALUES (1), (15)) s (span)
LEFT JOIN (SELECT campaign_id, span, outcome, sum(calls) AS calls FROM activity GROUP BY 1, 2, 3) n
  ON n.campaign_id = o.campaign_id AND n.outcome = o.outcome AND n.span = s.span
WHERE o.attempts <> coalesce(n.calls, 0)

-- name: DOCTOR_AUTOVACUUM
-- What keeps the server from cleaning up behind updates: switched off, for all or for a table, or far behind
-- for longer than it usually rests.
-- postgres:
SELECT name || ' is ' || setting AS finding FROM pg_settings WHERE name IN ('autovacuum','track_counts') AND setting <> 'on'
UNION ALL
SELECT 'autovacuum is off for ' || relname FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
  AND reloptions && ARRAY['autovacuum_enabled=off','autovacuum_enabled=false','autovacuum_enabled=0']
UNION ALL
SELECT relname || ' holds ' || n_dead_tup || ' dead rows and ' || n_live_tup || ' live ones, cleaned '
       || coalesce('last at ' || to_char(greatest(last_autovacuum, last_vacuum), 'YYYY-MM-DD HH24:MI TZ'), 'never')
FROM pg_stat_user_tables
WHERE schemaname = current_schema() AND n_dead_tup > 100000 AND n_dead_tup > n_live_tup
  AND coalesce(greatest(last_autovacuum, last_vacuum) < now() - interval '10 minutes', true)

-- name: DOCTOR_CONTACT_COUNTS
-- Counts of contacts that differ from the rows. Reads every contact.
SELECT 'campaign ' || coalesce(n.campaign_id, k.campaign_id) || ' counts ' || coalesce(n.contacts, 0) || ' contacts '
       || coalesce(n.state, k.state) || ', there are ' || coalesce(k.contacts, 0) AS finding
FROM campaign_contacts n
FULL JOIN (SELECT campaign_id, state, count(*) AS contacts FROM contacts GROUP BY campaign_id, state) k
  ON k.campaign_id = n.campaign_id AND k.state = n.state
WHERE coalesce(n.contacts, 0) <> coalesce(k.contacts, 0)

-- name: DOCTOR_DURABILITY
-- Settings under which what was acknowledged can be lost.
-- postgres:
SELECT name || ' is ' || setting AS finding FROM pg_settings
WHERE (name IN ('fsync','full_page_writes') AND setting <> 'on')
   OR (name = 'synchronous_commit' AND setting IN ('off','local'))
ORDER BY name

-- name: DOCTOR_EMPTY_CHAINS
-- Chains of the audit trail without an entry: a chain is opened together with its first.
-- postgres:
SELECT 'chain ' || c.id || ' has no entry' AS finding FROM audit_chains c
WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.chain = c.id)
ORDER BY c.id LIMIT 100

-- name: DOCTOR_INTEGRITY
-- SQLite's own check of the file, its indexes and its constraints.
-- sqlite:
SELECT integrity_check AS finding FROM pragma_integrity_check WHERE integrity_check <> 'ok' LIMIT 20

-- name: DOCTOR_LIVE_COUNTS
-- Campaigns whose count of live attempts differs from the rows. Served by attempts_live.
SELECT 'campaign ' || c.id || ' counts ' || c.live || ' lines in use, there are ' || coalesce(a.live, 0) AS finding
FROM campaigns c
LEFT JOIN (SELECT campaign_id, count(*) AS live FROM attempts INDEXED BY attempts_live
           WHERE ended_at IS NULL GROUP BY campaign_id) a
  ON a.campaign_id = c.id
WHERE c.live <> coalesce(a.live, 0)

-- name: DOCTOR_LOST_ATTEMPTS
-- Live attempts whose contact is not in a call. Served by attempts_live.
SELECT 'attempt ' || a.id::uuid::text || ' is ' || a.state || ', contact ' || a.contact_id || ' is '
       || coalesce(k.state, 'gone') AS finding
FROM attempts a INDEXED BY attempts_live
LEFT JOIN contacts k ON k.id = a.contact_id
WHERE a.ended_at IS NULL
  AND coalesce(k.state, '') NOT IN ('calling','connected')

-- name: DOCTOR_NUMBER_COUNTS
-- Numbers whose row does not know of the last call that may have rung and is over, or of how many there were.
-- Reads every such call by attempts_rung, and its number.
SELECT '+' || a.number || ' knows of ' || coalesce(n.called, 0) || ' calls, there were ' || a.called AS finding
FROM (SELECT number, count(*) AS called, max(ended_at) AS last_called_at FROM attempts INDEXED BY attempts_rung
      WHERE may_have_rung = true AND ended_at IS NOT NULL GROUP BY number) a
LEFT JOIN numbers n ON n.number = a.number
WHERE n.called IS DISTINCT FROM a.called OR n.last_called_at < a.last_called_at OR n.last_called_at IS NULL
ORDER BY a.number LIMIT 100

-- name: DOCTOR_OLD_TRANSACTIONS
-- Transactions that have been open for so long that they keep every table from being cleaned.
-- postgres:
SELECT coalesce(nullif(application_name, ''), 'somebody') || ' (process ' || pid || ') has had a transaction open since '
       || to_char(xact_start, 'YYYY-MM-DD HH24:MI TZ') AS finding
FROM pg_stat_activity
WHERE datname = current_database() AND xact_start < clock_timestamp() - interval '15 minutes'
ORDER BY xact_start LIMIT 20

-- name: DOCTOR_ORPHANS
-- Calls that were claimed or dialled before an instant by an instance that does not live, and that no other has
-- taken care of. Served by attempts_live.
SELECT 'attempt ' || a.id::uuid::text || ' is ' || a.state || ', and instance ' || coalesce(i.name, a.owner::uuid::text)
       || ' ' || CASE WHEN i.id IS NULL THEN 'is not known' WHEN i.left_at IS NOT NULL THEN 'has left' ELSE 'is gone' END
       AS finding
FROM attempts a INDEXED BY attempts_live
LEFT JOIN instances i ON i.id = a.owner
WHERE a.ended_at IS NULL AND (a.state = 'claimed' OR a.state = 'dialing') AND a.claimed_at < $1
  AND (i.id IS NULL OR i.left_at IS NOT NULL OR i.gone_at IS NOT NULL)
ORDER BY a.number LIMIT 100

-- name: DOCTOR_OUTCOME_COUNTS
-- Counts of outcomes that differ from the rows. Reads every attempt.
SELECT 'campaign ' || n.campaign_id || ' counts ' || n.attempts || ' attempts ' || n.outcome || ', there are '
       || coalesce(a.attempts, 0) AS finding
FROM campaign_outcomes n
LEFT JOIN (SELECT campaign_id, outcome, count(*) AS attempts FROM attempts
           WHERE outcome IS NOT NULL GROUP BY campaign_id, outcome) a
  ON a.campaign_id = n.campaign_id AND a.outcome = n.outcome
WHERE n.attempts <> coalesce(a.attempts, 0)

-- name: DOCTOR_PRICES
-- Sums of prices that differ from the calls. Reads every attempt.
SELECT 'campaign ' || coalesce(n.campaign_id, a.campaign_id) || ' counts ' || coalesce(n.millionths, 0)
       || ' millionths of ' || coalesce(n.currency, a.currency) || ' for ' || coalesce(n.calls, 0) || ' calls, '
       || coalesce(n.answered, 0) || ' of them answered; there are ' || coalesce(a.millionths, 0) || ' for '
       || coalesce(a.calls, 0) || ', ' || coalesce(a.answered, 0) AS finding
FROM campaign_prices n
FULL JOIN (SELECT campaign_id, currency, count(*) AS calls, sum(price) AS millionths,
                  sum(CASE WHEN outcome = 'answered' THEN 1 ELSE 0 END) AS answered
           FROM attempts WHERE price IS NOT NULL GROUP BY campaign_id, currency) a
  ON a.campaign_id = n.campaign_id AND a.currency = n.currency
WHERE coalesce(n.calls, 0) <> coalesce(a.calls, 0) OR coalesce(n.answered, 0) <> coalesce(a.answered, 0)
   OR coalesce(n.millionths, 0) <> coalesce(a.millionths, 0)

-- name: DOCTOR_STUCK_CONTACTS
-- Contacts in a call that is not live. Served by contacts_state, on a server campaign by campaign, as its index has
-- the campaign first.
-- sqlite:
SELECT 'contact ' || k.id || ' is ' || k.state || ' without a live attempt' AS finding
FROM contacts k INDEXED BY contacts_state
WHERE k.state IN ('calling','connected')
  AND NOT EXISTS (SELECT 1 FROM attempts a INDEXED BY attempts_live
                  WHERE a.number = k.number AND a.contact_id = k.id
                    AND a.ended_at IS NULL)
-- postgres:
SELECT 'contact ' || k.id || ' is ' || k.state || ' without a live attempt' AS finding
FROM campaigns c
CROSS JOIN LATERAL (SELECT * FROM contacts
                    WHERE campaign_id = c.id AND state IN ('calling','connected') OFFSET 0) k
WHERE NOT EXISTS (SELECT 1 FROM attempts a
                  WHERE a.number = k.number AND a.contact_id = k.id AND a.ended_at IS NULL)

-- name: DOCTOR_UNMATCHED
-- Evidence for which no attempt is known.
SELECT kind || ' of ' || actor || ' about attempt ' || attempt::uuid::text AS finding FROM unmatched_evidence
ORDER BY seq DESC LIMIT 100
