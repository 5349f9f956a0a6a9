-- Gives a named value to a name that has none; of many who try at once, one does.
INSERT INTO facts (name, value) VALUES (?1, ?2)
ON CONFLICT (name) DO NOTHING
