-- Contacts in a call that is not live. Served by contacts_state, campaign by campaign.
SELECT 'contact ' || k.id || ' is ' || k.state || ' without a live attempt'
FROM campaigns c
CROSS JOIN LATERAL (SELECT * FROM contacts
                    WHERE campaign_id = c.id AND state IN ('calling','connected') OFFSET 0) k
WHERE NOT EXISTS (SELECT 1 FROM attempts a
                  WHERE a.number = k.number AND a.contact_id = k.id AND a.ended_at IS NULL)
