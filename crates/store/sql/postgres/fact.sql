-- A named value.
SELECT name, value FROM facts WHERE name = $1
