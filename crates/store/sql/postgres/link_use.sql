-- Takes a link that has not run out: of many who try, one gets it.
DELETE FROM links WHERE hash = $1 AND expires_at > $2 RETURNING hash, purpose, user_id, expires_at
