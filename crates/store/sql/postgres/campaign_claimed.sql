-- A campaign's figures and lease after a claim, by the sum of what was claimed and skipped.
UPDATE campaigns
SET live = live + $2, next_slot_at = $3, skipped_duplicates = skipped_duplicates + $4,
    lease_until = greatest(lease_until, $5)
WHERE id = $1
