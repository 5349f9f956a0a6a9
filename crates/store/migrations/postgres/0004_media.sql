-- Audio that agents play. Every instance serves it, so it is in the ledger itself.

CREATE TABLE media (
  id           uuid        PRIMARY KEY,
  name         text        NOT NULL,
  content_type text        NOT NULL,
  length       bigint      NOT NULL,
  sha256       bytea       NOT NULL CHECK (length(sha256) = 32),
  made_at      timestamptz NOT NULL,
  made_by      text        NOT NULL,
  -- Put away, because it may not be deleted while an agent or a campaign plays it.
  archived_at  timestamptz,
  content      bytea       NOT NULL CHECK (octet_length(content) = length)
);

-- Audio is packed already; stored as it is, a part of it is read without the rest.
ALTER TABLE media ALTER COLUMN content SET STORAGE EXTERNAL;
