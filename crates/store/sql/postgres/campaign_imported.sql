-- Makes a campaign visible; a later import leaves the instant of the first.
UPDATE campaigns SET imported_at = coalesce(imported_at, $2) WHERE id = $1
