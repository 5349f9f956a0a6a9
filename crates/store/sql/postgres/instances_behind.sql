-- Instances that live and whose program does not know a migration.
SELECT name || ' (version ' || version || ')' FROM instances
WHERE left_at IS NULL AND gone_at IS NULL AND until > clock_timestamp() AND schema < $1
ORDER BY name
