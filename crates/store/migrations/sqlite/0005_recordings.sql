-- Recordings of calls: from the moment one is expected until it is removed after its time.

CREATE TABLE recordings (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  attempt      BLOB    NOT NULL CHECK (length(attempt) = 16),
  campaign_id  INTEGER NOT NULL,
  carrier      TEXT    NOT NULL,
  call_id      TEXT    NOT NULL,
  -- The carrier's name for it. None while only the call is known: its recordings are to be asked for.
  recording_id TEXT,
  state        TEXT    NOT NULL CHECK (state IN ('wanted','stored','missing','removed')),
  seconds      INTEGER,
  bytes        INTEGER,
  sha256       BLOB    CHECK (length(sha256) = 32),
  path         TEXT,
  content_type TEXT,
  tries        INTEGER NOT NULL DEFAULT 0,
  -- When something is to be done for it: to fetch what is wanted, to remove at the carrier what is stored.
  next_try_at  INTEGER,
  -- Why the last try was in vain.
  fault        TEXT,
  wanted_at    INTEGER NOT NULL,
  stored_at    INTEGER,
  removed_at   INTEGER,
  CHECK (state <> 'wanted' OR next_try_at IS NOT NULL),
  CHECK (state <> 'stored' OR (stored_at IS NOT NULL AND path IS NOT NULL AND sha256 IS NOT NULL
                               AND bytes IS NOT NULL AND content_type IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX recordings_named ON recordings (carrier, recording_id) WHERE recording_id IS NOT NULL;
CREATE UNIQUE INDEX recordings_unnamed ON recordings (attempt) WHERE recording_id IS NULL;
CREATE INDEX recordings_attempt ON recordings (attempt, id);
CREATE INDEX recordings_due ON recordings (next_try_at, id) WHERE next_try_at IS NOT NULL;
CREATE INDEX recordings_stored ON recordings (stored_at, id) WHERE state = 'stored';
CREATE INDEX recordings_state ON recordings (state, id);
