-- An agent with its latest version.
SELECT a.id, a.name, a.version, a.created_at, a.archived_at, v.content, v.made_at, v.made_by
FROM agents a JOIN agent_versions v ON v.agent_id = a.id AND v.version = a.version
WHERE a.id = $1
