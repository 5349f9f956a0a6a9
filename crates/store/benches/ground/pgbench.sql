-- One call after the other, 64 at a time, in the four transactions that a call needs: what a program
-- writes that asks no question. A colon before a word would be a variable, hence the blanks in the JSON.
\set b :b + 1
\set campaign :client_id + 1
\set first :campaign * 1000000000 + (:b - 1) * 64 + 1
\set last :first + 63
BEGIN;
UPDATE campaigns SET live = live + 64, next_slot_at = now(), lease_until = now() WHERE id = :campaign::bigint;
INSERT INTO numbers (number) SELECT number FROM contacts WHERE id BETWEEN :first::bigint AND :last::bigint ORDER BY number ON CONFLICT DO NOTHING;
INSERT INTO attempts (id, campaign_id, contact_id, number, made, state, owner, claimed_at)
SELECT lpad(to_hex(id), 32, '0')::uuid, :campaign::bigint, id, number, 1, 'claimed', '00000000-0000-7000-8000-000000000001', now()
FROM contacts WHERE id BETWEEN :first::bigint AND :last::bigint;
UPDATE contacts SET state = 'calling', due_at = NULL, reason = NULL, attempts = attempts + 1, changed_at = now()
WHERE id BETWEEN :first::bigint AND :last::bigint;
UPDATE campaign_contacts SET contacts = contacts + CASE state WHEN 'pending' THEN -64 ELSE 64 END
WHERE campaign_id = :campaign::bigint AND state IN ('pending','calling');
INSERT INTO audit (chain, place, at, campaign_id, number, attempt_id, actor, event, detail, hash)
SELECT 1000 + :campaign::bigint, id * 4, now(), :campaign::bigint, number, lpad(to_hex(id), 32, '0')::uuid, 'engine', 'attempt.claimed',
       '{"contact": 1000000001,"made": 1,"blocked": false,"live": false}',
       '\x0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
FROM contacts WHERE id BETWEEN :first::bigint AND :last::bigint;
COMMIT;
BEGIN;
UPDATE attempts SET state = 'dialing', dialed_at = now(), dial_before = now(), may_have_rung = true
WHERE id BETWEEN lpad(to_hex(:first::bigint), 32, '0')::uuid AND lpad(to_hex(:last::bigint), 32, '0')::uuid;
UPDATE campaigns SET last_called_at = now() WHERE id = :campaign::bigint;
INSERT INTO audit (chain, place, at, campaign_id, number, attempt_id, actor, event, detail, hash)
SELECT 1000 + :campaign::bigint, id * 4 + 1, now(), :campaign::bigint, number, lpad(to_hex(id), 32, '0')::uuid, 'bench', 'attempt.dialing',
       '{"evidence": "dial","dial_before": 1795446010000}',
       '\x0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
FROM contacts WHERE id BETWEEN :first::bigint AND :last::bigint;
COMMIT;
BEGIN;
UPDATE attempts SET state = 'ringing', call_id = 'CA' || id
WHERE id BETWEEN lpad(to_hex(:first::bigint), 32, '0')::uuid AND lpad(to_hex(:last::bigint), 32, '0')::uuid;
INSERT INTO audit (chain, place, at, campaign_id, number, attempt_id, actor, event, detail, hash)
SELECT 1000 + :campaign::bigint, id * 4 + 2, now(), :campaign::bigint, number, lpad(to_hex(id), 32, '0')::uuid, 'bench', 'attempt.ringing',
       '{"evidence": "accepted","call_id": "CA019f9a44-d3e0-7707-8707-070707070707"}',
       '\x0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
FROM contacts WHERE id BETWEEN :first::bigint AND :last::bigint;
COMMIT;
BEGIN;
UPDATE campaigns SET live = live - 64, next_slot_at = now(), talk_millis = talk_millis + 1 WHERE id = :campaign::bigint;
INSERT INTO numbers (number, last_campaign, last_called_at, called, answered)
SELECT number, :campaign::bigint, now(), 1, 1 FROM contacts WHERE id BETWEEN :first::bigint AND :last::bigint ORDER BY number
ON CONFLICT (number) DO UPDATE SET last_campaign = excluded.last_campaign, last_called_at = excluded.last_called_at,
  called = numbers.called + 1, answered = numbers.answered + 1;
UPDATE attempts SET state = 'ended', answered_at = now(), ended_at = now(), outcome = 'answered', cause = 'normal clearing'
WHERE id BETWEEN lpad(to_hex(:first::bigint), 32, '0')::uuid AND lpad(to_hex(:last::bigint), 32, '0')::uuid;
UPDATE contacts SET state = 'completed', lead = 'contacted', answered = answered + 1, last_outcome = 'answered',
  last_attempt_at = now(), changed_at = now() WHERE id BETWEEN :first::bigint AND :last::bigint;
UPDATE campaign_contacts SET contacts = contacts + CASE state WHEN 'calling' THEN -64 ELSE 64 END
WHERE campaign_id = :campaign::bigint AND state IN ('calling','completed');
UPDATE campaign_outcomes SET attempts = attempts + 64 WHERE campaign_id = :campaign::bigint AND outcome = 'answered';
INSERT INTO audit (chain, place, at, campaign_id, number, attempt_id, actor, event, detail, hash)
SELECT 1000 + :campaign::bigint, id * 4 + 3, now(), :campaign::bigint, number, lpad(to_hex(id), 32, '0')::uuid, 'bench', 'attempt.ended',
       '{"evidence": "ended","reason": "normal clearing","outcome": "answered","contact": "completed"}',
       '\x0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
FROM contacts WHERE id BETWEEN :first::bigint AND :last::bigint;
COMMIT;
