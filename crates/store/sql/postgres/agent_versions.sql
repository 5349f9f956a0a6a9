-- The versions of an agent before one, the latest first.
SELECT version, content, made_at, made_by FROM agent_versions
WHERE agent_id = $1 AND version < $2
ORDER BY version DESC LIMIT $3
