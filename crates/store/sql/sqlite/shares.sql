-- With whom a campaign is shared, everyone first; its owner, and everybody when it has none, are not
-- among them. Served by campaign_viewers_campaign.
SELECT v.viewer,
       u.id, u.email, u.name, u.role, u.password IS NOT NULL, u.two_factor_confirmed,
       (SELECT count(*) FROM recovery_codes r WHERE r.user_id = u.id),
       u.language, u.zone, u.created_at, u.disabled_at, u.signed_in_at
FROM campaign_viewers v JOIN campaigns c ON c.id = v.campaign_id LEFT JOIN users u ON u.id = v.viewer
WHERE v.campaign_id = ?1 AND v.viewer <> coalesce(c.owner, 0)
ORDER BY v.viewer
LIMIT ?2
