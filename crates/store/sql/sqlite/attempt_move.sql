-- An attempt's next step, only from the state from which it was concluded.
UPDATE attempts
SET state = ?3, dialed_at = ?4, dial_before = ?5, call_id = ?6, answered_at = ?7, ended_at = ?8,
    empty_look_at = ?9, outcome = ?10, cause = ?11, may_have_rung = ?12
WHERE id = ?1 AND state = ?2
