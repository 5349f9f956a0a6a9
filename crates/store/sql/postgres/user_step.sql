-- Uses a time step, if it is later than every one used before.
UPDATE users SET two_factor_step = $2
WHERE id = $1 AND two_factor_step < $2 AND two_factor_confirmed AND disabled_at IS NULL
