-- Counts of contacts that differ from the rows. Reads every contact.
SELECT 'campaign ' || coalesce(n.campaign_id, k.campaign_id) || ' counts ' || coalesce(n.contacts, 0) || ' contacts '
       || coalesce(n.state, k.state) || ', there are ' || coalesce(k.contacts, 0)
FROM campaign_contacts n
FULL JOIN (SELECT campaign_id, state, count(*) AS contacts FROM contacts GROUP BY campaign_id, state) k
  ON k.campaign_id = n.campaign_id AND k.state = n.state
WHERE coalesce(n.contacts, 0) <> coalesce(k.contacts, 0)
