-- What an attempt's step makes of its contact.
UPDATE contacts
SET state = ?2, lead = coalesce(?3, lead), due_at = ?4, reason = ?5,
    attempts = attempts - ?6, answered = answered + ?7,
    last_outcome = coalesce(?8, last_outcome), last_attempt_at = coalesce(?9, last_attempt_at),
    changed_at = ?10
WHERE id = ?1
