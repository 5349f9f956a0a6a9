-- A campaign has sent a call to the carrier.
UPDATE campaigns SET last_called_at = ?2 WHERE id = ?1
