-- Counts an ended call in a bucket of activity, or takes it out when its end has moved.
INSERT INTO activity (campaign_id, span, start, outcome, calls, talk_millis) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (campaign_id, span, start, outcome) DO UPDATE
SET calls = calls + excluded.calls, talk_millis = talk_millis + excluded.talk_millis
