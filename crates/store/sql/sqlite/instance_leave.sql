-- A process has ended in order.
UPDATE instances SET left_at = ?2 WHERE id = ?1 AND left_at IS NULL
