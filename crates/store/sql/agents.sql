-- name: AGENT
-- An agent with its latest version.
SELECT a.id, a.name, a.version, a.created_at, a.archived_at, v.content, v.made_at, v.made_by
FROM agents a JOIN agent_versions v ON v.agent_id = a.id AND v.version = a.version
WHERE a.id = $1

-- name: AGENT_ADD
-- An agent with its first version to come.
INSERT INTO agents (name, version, created_at) VALUES ($1, 1, $2) RETURNING id

-- name: AGENT_ARCHIVED
-- Archives an agent, or restores it.
UPDATE agents SET archived_at = $2 WHERE id = $1

-- name: AGENT_LOCK
-- An agent with its latest version, and its lock.
SELECT a.id, a.name, a.version, a.created_at, a.archived_at, v.content, v.made_at, v.made_by
FROM agents a JOIN agent_versions v ON v.agent_id = a.id AND v.version = a.version
WHERE a.id = $1
FOR NO KEY UPDATE OF a

-- name: AGENT_NAMED
-- What an agent is called.
UPDATE agents SET name = $2 WHERE id = $1

-- name: AGENT_REVISED
-- The version that an agent speaks with from here on.
UPDATE agents SET version = $2 WHERE id = $1

-- name: AGENT_VERSION_ADD
-- A version of an agent; none is ever changed.
INSERT INTO agent_versions (agent_id, version, content, made_at, made_by) VALUES ($1, $2, $3::text::json, $4, $5)

-- name: AGENT_VERSIONS
-- The versions of an agent before one, the latest first.
SELECT version, content, made_at, made_by FROM agent_versions
WHERE agent_id = $1 AND version < $2
ORDER BY version DESC LIMIT $3

-- name: AGENTS
-- Agents in use, or archived ones, the latest first, with their latest versions. There are dozens, never millions.
SELECT a.id, a.name, a.version, a.created_at, a.archived_at, v.content, v.made_at, v.made_by
FROM agents a JOIN agent_versions v ON v.agent_id = a.id AND v.version = a.version
WHERE a.id < $1 AND (a.archived_at IS NOT NULL) = $2
ORDER BY a.id DESC LIMIT $3
