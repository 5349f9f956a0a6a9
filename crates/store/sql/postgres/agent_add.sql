-- An agent with its first version to come.
INSERT INTO agents (name, version, created_at) VALUES ($1, 1, $2) RETURNING id
