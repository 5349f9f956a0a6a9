-- Every campaign, for the doctor.
SELECT id FROM campaigns ORDER BY id
