-- A campaign's figures after an attempt has freed its line.
UPDATE campaigns
SET live = live - 1, next_slot_at = ?2, talk_millis = talk_millis + ?3
WHERE id = ?1
