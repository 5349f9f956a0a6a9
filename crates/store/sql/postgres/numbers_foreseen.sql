-- Of these numbers: how many are blocked, and how many others were called since an instant.
-- Each by its primary key.
SELECT count(*) FILTER (WHERE n.blocked_at IS NOT NULL),
       count(*) FILTER (WHERE n.blocked_at IS NULL AND n.last_called_at > $2)
FROM unnest($1::bigint[]) asked (number) JOIN numbers n ON n.number = asked.number
