-- name: ATTEMPTS_UNPRICED
-- Answered calls with a carrier that were claimed in a period and whose price is not known. A range of the primary
-- key, read once a day. The order of the join is given: by campaigns first, it would be sorted.
SELECT a.id, a.call_id
FROM attempts a CROSS JOIN campaigns c
WHERE a.id > $1 AND a.id < $2 AND a.outcome = 'answered' AND a.price IS NULL AND a.call_id IS NOT NULL
  AND c.id = a.campaign_id AND c.settings->>'carrier' = $3
ORDER BY a.id
LIMIT $4

-- name: CAMPAIGN_PRICES
-- What a campaign's calls cost, in each currency. By the primary key.
SELECT currency, calls, answered, millionths FROM campaign_prices
WHERE campaign_id = $1 AND calls > 0 ORDER BY currency LIMIT 100

-- name: PRICE_COUNT
-- Counts prices that were learned.
INSERT INTO campaign_prices (campaign_id, currency, calls, answered, millionths) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (campaign_id, currency) DO UPDATE
SET calls = campaign_prices.calls + excluded.calls, answered = campaign_prices.answered + excluded.answered,
    millionths = campaign_prices.millionths + excluded.millionths

-- name: PRICE_HOLD
-- Keeps the price of a call from being learned until the transaction ends, before it is withdrawn. SQLite has one
-- writer.
-- postgres:
SELECT id FROM attempts WHERE id = $1 FOR UPDATE

-- name: PRICE_SET
-- The price of a call that is over, unless one is known. By the primary key.
UPDATE attempts SET price = $2, currency = $3
WHERE id = $1 AND price IS NULL AND ended_at IS NOT NULL AND call_id = $4
RETURNING campaign_id, coalesce(outcome = 'answered', false) AS answered

-- name: PRICE_UNCOUNT
-- Takes the price of a call out of its campaign's, before it is withdrawn.
UPDATE campaign_prices
SET calls = calls - 1, answered = answered - CASE WHEN a.outcome = 'answered' THEN 1 ELSE 0 END,
    millionths = millionths - a.price
FROM attempts a
WHERE a.id = $1 AND a.price IS NOT NULL
  AND campaign_prices.campaign_id = a.campaign_id AND campaign_prices.currency = a.currency

-- name: PRICE_WITHDRAW
-- Forgets the price of a call whose end was told wrong: it is asked for again.
UPDATE attempts SET price = NULL, currency = NULL WHERE id = $1 AND price IS NOT NULL
