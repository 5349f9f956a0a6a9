-- A version of an agent; none is ever changed.
INSERT INTO agent_versions (agent_id, version, content, made_at, made_by) VALUES ($1, $2, $3::text::json, $4, $5)
