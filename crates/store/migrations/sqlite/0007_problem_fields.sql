-- What stands in the rows that were not taken: they can be mended where they are told of, and be read
-- again.
ALTER TABLE list_problems ADD COLUMN fields TEXT NOT NULL DEFAULT '{}';
