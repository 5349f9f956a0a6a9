-- All tokens.
SELECT name, hash FROM tokens ORDER BY name
