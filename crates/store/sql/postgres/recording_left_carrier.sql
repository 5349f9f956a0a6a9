-- Nothing is left to be done at the carrier for a recording that is or was stored. By its primary key.
UPDATE recordings SET next_try_at = NULL, fault = NULL WHERE id = $1 AND state IN ('stored', 'removed')
