-- Evidence for which no attempt is known.
SELECT kind || ' of ' || actor || ' about attempt ' || attempt FROM unmatched_evidence
ORDER BY seq DESC LIMIT 100
