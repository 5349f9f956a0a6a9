-- The version that an agent speaks with from here on.
UPDATE agents SET version = $2 WHERE id = $1
