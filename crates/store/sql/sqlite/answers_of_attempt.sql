-- What the callee answered in a call, in order. Served by answers_attempt.
SELECT kind, word, at FROM answers WHERE attempt = ?1 ORDER BY id LIMIT 1000
