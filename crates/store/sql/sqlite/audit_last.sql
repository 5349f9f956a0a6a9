-- The end of the chain.
SELECT seq, hash, at FROM audit ORDER BY seq DESC LIMIT 1
