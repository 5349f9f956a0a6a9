-- A two-factor secret, or none; whether it counts, and the last time step that was used. The steps
-- of a code that was used stay used.
UPDATE users SET two_factor = ?2, two_factor_confirmed = ?3, two_factor_step = max(two_factor_step, ?4)
WHERE id = ?1
