-- The last migration, and from which schema on programs may use the database.
SELECT max(version), max(usable_from) FROM ringonce_schema HAVING count(*) > 0
