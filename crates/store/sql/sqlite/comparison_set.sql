-- Keeps how a day compares; a later comparison replaces an earlier one.
INSERT INTO comparisons (carrier, day, compared_at, ours, theirs, differences)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (carrier, day) DO UPDATE
SET compared_at = excluded.compared_at, ours = excluded.ours, theirs = excluded.theirs, differences = excluded.differences
