-- Adds a call to the number's row. ON CONFLICT would fire the guard against replacement, so update comes first.
UPDATE numbers
SET last_campaign = ?2, last_called_at = ?3, other_called_at = ?4,
    called = called + 1, answered = answered + ?5
WHERE number = ?1
