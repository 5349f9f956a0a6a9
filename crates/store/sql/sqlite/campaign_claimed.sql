-- A campaign's figures after a claim, by the sum of what was claimed and skipped.
UPDATE campaigns
SET live = live + ?2, next_slot_at = ?3, skipped_duplicates = skipped_duplicates + ?4
WHERE id = ?1
