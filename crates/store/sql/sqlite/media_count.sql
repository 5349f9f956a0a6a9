-- How many uploaded files are in use.
SELECT count(*) FROM media WHERE archived_at IS NULL
