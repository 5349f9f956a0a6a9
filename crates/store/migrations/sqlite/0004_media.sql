-- Audio that agents play. Every instance serves it, so it is in the ledger itself.

-- What a file is called and measures stands before its content, so that a list does not read that.
CREATE TABLE media (
  id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  name         TEXT    NOT NULL,
  content_type TEXT    NOT NULL,
  length       INTEGER NOT NULL,
  sha256       BLOB    NOT NULL CHECK (length(sha256) = 32),
  made_at      INTEGER NOT NULL,
  made_by      TEXT    NOT NULL,
  -- Put away, because it may not be deleted while an agent or a campaign plays it.
  archived_at  INTEGER,
  content      BLOB    NOT NULL CHECK (length(content) = length)
) STRICT;
