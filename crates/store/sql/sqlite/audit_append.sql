-- Appends an entry.
INSERT INTO audit (seq, at, actor, event, campaign_id, number, attempt_id, detail, hash)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
