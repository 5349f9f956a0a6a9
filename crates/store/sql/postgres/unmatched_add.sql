-- Evidence for which no attempt is known.
INSERT INTO unmatched_evidence (at, attempt, actor, kind, detail) VALUES ($1, $2, $3, $4, $5::text::json)
