-- A process is gone without a word; told once.
UPDATE instances SET gone_at = ?2 WHERE id = ?1 AND left_at IS NULL AND gone_at IS NULL
