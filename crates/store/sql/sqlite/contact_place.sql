-- Where a contact stands in every order.
SELECT id, number, name_key, state, last_outcome FROM contacts WHERE id = ?1
