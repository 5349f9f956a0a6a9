-- Takes somebody's recovery codes away. A range of the primary key.
DELETE FROM recovery_codes WHERE user_id = ?1
