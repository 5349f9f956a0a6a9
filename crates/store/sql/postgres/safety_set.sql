-- Writes the emergency stop.
UPDATE safety SET consecutive_failures = $1, duplicates = $2, stopped_at = $3, stop_reason = $4
WHERE id = 1
