-- Numbers whose row does not know of the last call that may have rung and is over, or of how many there were.
-- Reads every such call by attempts_rung, and its number.
SELECT '+' || a.number || ' knows of ' || coalesce(n.called, 0) || ' calls, there were ' || a.called
FROM (SELECT number, count(*) AS called, max(ended_at) AS last_called_at FROM attempts INDEXED BY attempts_rung
      WHERE may_have_rung = 1 AND ended_at IS NOT NULL GROUP BY number) a
LEFT JOIN numbers n ON n.number = a.number
WHERE n.called IS NOT a.called OR n.last_called_at < a.last_called_at OR n.last_called_at IS NULL
ORDER BY a.number LIMIT 100
