-- Campaigns' figures after attempts were sent or have freed their lines.
UPDATE campaigns c
SET live = c.live - e.freed, next_slot_at = e.next_slot_at, talk_millis = c.talk_millis + e.talk_millis,
    last_called_at = coalesce(e.called_at, c.last_called_at)
FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::bigint[], $5::timestamptz[])
     AS e (id, freed, next_slot_at, talk_millis, called_at)
WHERE c.id = e.id
