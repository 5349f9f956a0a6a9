-- Whether any version of an agent, or any campaign, plays an uploaded file. Reads all of them: files are
-- removed by people, now and then.
SELECT EXISTS (SELECT 1 FROM agent_versions WHERE instr(content, ?1) > 0)
    OR EXISTS (SELECT 1 FROM campaigns WHERE instr(settings, ?1) > 0)
