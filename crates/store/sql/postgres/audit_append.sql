-- Appends entries to one chain, in their order: seq is drawn in it too.
INSERT INTO audit (chain, place, at, campaign_id, number, attempt_id, actor, event, detail, hash)
SELECT $1, e.place, e.at, e.campaign_id, e.number, e.attempt_id, e.actor, e.event, e.detail::json, e.hash
FROM unnest($2::bigint[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::uuid[], $7::text[], $8::text[],
            $9::text[], $10::bytea[])
     AS e (place, at, campaign_id, number, attempt_id, actor, event, detail, hash)
ORDER BY e.place
