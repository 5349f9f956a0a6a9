-- Live attempts whose contact is not in a call. Served by attempts_live.
SELECT 'attempt ' || a.id || ' is ' || a.state || ', contact ' || a.contact_id || ' is ' || coalesce(k.state, 'gone')
FROM attempts a
LEFT JOIN contacts k ON k.id = a.contact_id
WHERE a.ended_at IS NULL
  AND coalesce(k.state, '') NOT IN ('calling','connected')
