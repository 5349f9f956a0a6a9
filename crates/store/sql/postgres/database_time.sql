-- What time it is for all who share the ledger.
SELECT clock_timestamp()
