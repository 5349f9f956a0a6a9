-- Counts of contacts that differ from the rows. Reads every contact.
SELECT 'campaign ' || n.campaign_id || ' counts ' || n.contacts || ' contacts ' || n.state || ', there are '
       || coalesce(k.contacts, 0)
FROM campaign_contacts n
LEFT JOIN (SELECT campaign_id, state, count(*) AS contacts FROM contacts GROUP BY campaign_id, state) k
  ON k.campaign_id = n.campaign_id AND k.state = n.state
WHERE n.contacts <> coalesce(k.contacts, 0)
