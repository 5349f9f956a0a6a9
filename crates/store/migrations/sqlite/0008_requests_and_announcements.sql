-- Requests that may come twice, by the key that their caller gave them. A row is kept for a day whatever
-- other callers do; while `held_until` lies ahead, the holder works on it. `key` and `request` are SHA-256.
CREATE TABLE request_keys (
  caller      TEXT    NOT NULL,
  key         BLOB    NOT NULL CHECK (length(key) = 32),
  request     BLOB    NOT NULL CHECK (length(request) = 32),
  taken_at    INTEGER NOT NULL,
  holder      BLOB    CHECK (length(holder) = 16),
  held_until  INTEGER,
  -- What came of it.
  campaign_id INTEGER,
  PRIMARY KEY (caller, key),
  CHECK ((holder IS NULL) = (held_until IS NULL)),
  CHECK (holder IS NOT NULL OR campaign_id IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX request_keys_taken ON request_keys (taken_at);

DELETE FROM facts WHERE name = 'idempotency_keys';

-- What people have to be told: written by the transaction in which it happens, told by an instance.
CREATE TABLE announcements (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  kind    TEXT    NOT NULL CHECK (kind IN ('emergency_stop')),
  at      INTEGER NOT NULL,
  actor   TEXT    NOT NULL,
  reason  TEXT    NOT NULL,
  told_at INTEGER
) STRICT;

CREATE INDEX announcements_waiting ON announcements (id) WHERE told_at IS NULL;
