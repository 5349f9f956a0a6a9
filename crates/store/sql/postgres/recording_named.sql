-- A call whose recordings have names is no longer to be asked for them. By recordings_unnamed.
DELETE FROM recordings WHERE attempt = $1 AND recording_id IS NULL
