-- The latest comparisons with a carrier's list. By its primary key.
SELECT carrier, day, compared_at, ours, theirs, differences FROM comparisons
WHERE carrier = $1 ORDER BY day DESC LIMIT $2
