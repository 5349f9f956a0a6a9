-- A person under an address that is free.
INSERT INTO users (email, name, role, password, language, zone, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (email) DO NOTHING RETURNING id
