-- The row of a number that was never called before.
INSERT INTO numbers (number, last_campaign, last_called_at, other_called_at, called, answered)
VALUES (?1, ?2, ?3, ?4, 1, ?5)
