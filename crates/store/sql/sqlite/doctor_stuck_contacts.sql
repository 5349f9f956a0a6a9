-- Contacts in a call that is not live.
SELECT 'contact ' || k.id || ' is ' || k.state || ' without a live attempt'
FROM contacts k INDEXED BY contacts_state
WHERE k.state IN ('calling','connected')
  AND NOT EXISTS (SELECT 1 FROM attempts a INDEXED BY attempts_live
                  WHERE a.number = k.number AND a.contact_id = k.id
                    AND a.ended_at IS NULL)
