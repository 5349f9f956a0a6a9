-- Keeps an answer, unless the callee gave it before. The key is answers_attempt.
INSERT INTO answers (attempt, at, kind, word) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT DO NOTHING
