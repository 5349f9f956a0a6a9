-- The ledger. Instants are integer milliseconds since 1970; numbers are the digits of E.164 as an
-- integer; ids of attempts and instances are 16-byte UUIDv7; JSON is checked text. An index on a table
-- with an integer key ends with that key by itself, which orders equal entries.
--
-- Words are checked by OR: IN with more than two builds a temporary tree whenever a row is written,
-- measured half the time of a call.

-- One row per number that was ever called or blocked, shared by every list and campaign: what makes
-- "never twice" true.
CREATE TABLE numbers (
  number          INTEGER PRIMARY KEY,
  blocked_at      INTEGER,
  block_reason    TEXT,
  -- The end of the last call that may have rung, its campaign, and the end of the last such call by
  -- any other campaign: answers "called by another campaign than C?" without reading history.
  last_campaign   INTEGER,
  last_called_at  INTEGER,
  other_called_at INTEGER,
  called          INTEGER NOT NULL DEFAULT 0,
  answered        INTEGER NOT NULL DEFAULT 0,
  CHECK ((last_campaign IS NULL) = (last_called_at IS NULL))
) STRICT;

CREATE TABLE campaigns (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  name           TEXT    NOT NULL,
  state          TEXT    NOT NULL CHECK (state = 'draft' OR state = 'pending' OR state = 'running'
                         OR state = 'paused' OR state = 'completed' OR state = 'failed'),
  state_reason   TEXT,
  settings       TEXT    NOT NULL CHECK (json_valid(settings)),
  fingerprint    TEXT    NOT NULL DEFAULT '',
  created_at     INTEGER NOT NULL,
  imported_at    INTEGER,
  started_at     INTEGER,
  ended_at       INTEGER,
  deleted_at     INTEGER,
  -- Scheduling: the pace survives a takeover because it stands here.
  next_slot_at   INTEGER NOT NULL DEFAULT 0,
  live           INTEGER NOT NULL DEFAULT 0 CHECK (live >= 0),
  lease_owner    BLOB,
  lease_epoch    INTEGER NOT NULL DEFAULT 0,
  lease_until    INTEGER NOT NULL DEFAULT 0,
  -- The last contact's place in the campaign: contact ids are campaign * 10^9 + place, so that a
  -- campaign's contacts are one range of rows.
  contacts_made  INTEGER NOT NULL DEFAULT 0,
  -- Figures, changed in the transaction that changes what they count.
  skipped_duplicates INTEGER NOT NULL DEFAULT 0,
  last_called_at INTEGER,
  talk_millis    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX campaigns_active ON campaigns (id) WHERE state IN ('pending','running') AND deleted_at IS NULL;
CREATE INDEX campaigns_leased ON campaigns (lease_owner) WHERE lease_owner IS NOT NULL;
CREATE INDEX campaigns_fingerprint ON campaigns (fingerprint) WHERE fingerprint <> '';

CREATE TABLE campaign_contacts (
  campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
  state       TEXT    NOT NULL,
  contacts    INTEGER NOT NULL CHECK (contacts >= 0),
  PRIMARY KEY (campaign_id, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE campaign_outcomes (
  campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
  outcome     TEXT    NOT NULL,
  attempts    INTEGER NOT NULL CHECK (attempts >= 0),
  PRIMARY KEY (campaign_id, outcome)
) STRICT, WITHOUT ROWID;

CREATE TABLE lists (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
  file_name   TEXT    NOT NULL,
  layout      TEXT    NOT NULL CHECK (json_valid(layout)),
  created_at  INTEGER NOT NULL,
  finished_at INTEGER,
  rows        INTEGER NOT NULL DEFAULT 0,
  accepted    INTEGER NOT NULL DEFAULT 0,
  duplicates  INTEGER NOT NULL DEFAULT 0,
  rejected    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX lists_campaign ON lists (campaign_id);

CREATE TABLE list_problems (
  list_id INTEGER NOT NULL REFERENCES lists (id),
  line    INTEGER NOT NULL,
  field   TEXT    NOT NULL,
  value   TEXT    NOT NULL,
  reason  TEXT    NOT NULL,
  PRIMARY KEY (list_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE contacts (
  id              INTEGER PRIMARY KEY,
  campaign_id     INTEGER NOT NULL,
  list_id         INTEGER NOT NULL,
  line            INTEGER NOT NULL,
  number          INTEGER NOT NULL,
  state           TEXT    NOT NULL CHECK (state = 'pending' OR state = 'calling' OR state = 'connected'
                         OR state = 'completed' OR state = 'no_answer' OR state = 'busy'
                         OR state = 'failed' OR state = 'bad_number' OR state = 'skipped'),
  lead            TEXT    NOT NULL CHECK (lead = 'new' OR lead = 'contacted' OR lead = 'no_answer'
                         OR lead = 'busy' OR lead = 'failed' OR lead = 'congestion'
                         OR lead = 'invalid' OR lead = 'skipped'),
  due_at          INTEGER,
  reason          TEXT,
  attempts        INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  answered        INTEGER NOT NULL DEFAULT 0,
  last_outcome    TEXT,
  last_attempt_at INTEGER,
  changed_at      INTEGER NOT NULL,
  zone            TEXT,
  name            TEXT    NOT NULL,
  metadata        TEXT    NOT NULL,
  CHECK ((due_at IS NOT NULL) = (state = 'pending'))
) STRICT;

-- Duplicates inside a campaign, and the look-up by number.
CREATE UNIQUE INDEX contacts_number ON contacts (campaign_id, number);
-- The claim: the next due contact of a campaign, whatever has ended before.
CREATE INDEX contacts_due ON contacts (campaign_id, due_at) WHERE due_at IS NOT NULL;
-- Listings by state.
CREATE INDEX contacts_state ON contacts (state);

CREATE TABLE attempts (
  id            BLOB    PRIMARY KEY CHECK (length(id) = 16),
  campaign_id   INTEGER NOT NULL,
  contact_id    INTEGER NOT NULL,
  number        INTEGER NOT NULL,
  made          INTEGER NOT NULL,
  state         TEXT    NOT NULL CHECK (state = 'claimed' OR state = 'dialing' OR state = 'unknown'
                         OR state = 'ringing' OR state = 'answered' OR state = 'ended'
                         OR state = 'refused' OR state = 'released' OR state = 'never_placed'),
  owner         BLOB    NOT NULL,
  claimed_at    INTEGER NOT NULL,
  dialed_at     INTEGER,
  dial_before   INTEGER,
  call_id       TEXT,
  answered_at   INTEGER,
  ended_at      INTEGER,
  empty_look_at INTEGER,
  outcome       TEXT,
  cause         TEXT,
  may_have_rung INTEGER NOT NULL DEFAULT 0 CHECK (may_have_rung IN (0, 1)),
  CHECK ((ended_at IS NULL) = (state = 'claimed' OR state = 'dialing' OR state = 'unknown'
                               OR state = 'ringing' OR state = 'answered'))
) STRICT, WITHOUT ROWID;

-- At most one live attempt for a number, whoever writes.
CREATE UNIQUE INDEX attempts_live ON attempts (number) WHERE ended_at IS NULL;
-- Caps and the duplicate alarm: what may have rung, by number and end.
CREATE INDEX attempts_rung ON attempts (number, ended_at, state, outcome) WHERE may_have_rung = 1;
-- The duplicate alarm's walk over what ended since it last looked.
CREATE INDEX attempts_ended ON attempts (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX attempts_campaign ON attempts (campaign_id, id);
-- Listings of what never rang, which is rare.
CREATE INDEX attempts_not_rung ON attempts (state, id)
  WHERE ended_at IS NOT NULL AND state <> 'ended';

-- Evidence for which no attempt is known.
CREATE TABLE unmatched_evidence (
  seq      INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL,
  attempt  BLOB    NOT NULL,
  actor    TEXT    NOT NULL,
  kind     TEXT    NOT NULL,
  detail   TEXT    NOT NULL CHECK (json_valid(detail))
) STRICT;

-- Append-only and hash-chained: hash = SHA-256 over the row and the hash before it.
CREATE TABLE audit (
  seq         INTEGER PRIMARY KEY,
  at          INTEGER NOT NULL,
  actor       TEXT    NOT NULL,
  event       TEXT    NOT NULL,
  campaign_id INTEGER,
  number      INTEGER,
  attempt_id  BLOB,
  detail      TEXT    NOT NULL CHECK (json_valid(detail)),
  hash        BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE INDEX audit_number ON audit (number) WHERE number IS NOT NULL;

-- The emergency stop; one row.
CREATE TABLE safety (
  id                   INTEGER PRIMARY KEY CHECK (id = 1),
  consecutive_failures INTEGER NOT NULL DEFAULT 0,
  duplicates           INTEGER NOT NULL DEFAULT 0,
  stopped_at           INTEGER,
  stop_reason          TEXT
) STRICT;
INSERT INTO safety (id) VALUES (1);

-- Rings against the rules that were reported, so that each is reported once.
CREATE TABLE duplicates_found (
  attempt_id BLOB    PRIMARY KEY CHECK (length(attempt_id) = 16),
  number     INTEGER NOT NULL,
  found_at   INTEGER NOT NULL,
  rule       TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
  name       TEXT    PRIMARY KEY,
  hash       BLOB    NOT NULL CHECK (length(hash) = 32),
  created_at INTEGER NOT NULL
) STRICT;

-- The processes that run campaigns, or did within a day.
CREATE TABLE instances (
  id        BLOB    PRIMARY KEY CHECK (length(id) = 16),
  name      TEXT    NOT NULL,
  process   INTEGER NOT NULL,
  version   TEXT    NOT NULL,
  address   TEXT,
  joined_at INTEGER NOT NULL,
  heard_at  INTEGER NOT NULL,
  until     INTEGER NOT NULL,
  left_at   INTEGER,
  gone_at   INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE facts (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- The guards. `INSERT OR REPLACE` and `UPDATE OR REPLACE` delete rows without their delete triggers
-- unless the connection asks for them (recursive_triggers), so each way in is guarded by itself and
-- holds for any client.

-- A block is for ever.
CREATE TRIGGER numbers_block_stays_on_update BEFORE UPDATE ON numbers
WHEN NEW.number <> OLD.number
  OR (OLD.blocked_at IS NOT NULL
      AND (NEW.blocked_at IS NOT OLD.blocked_at OR NEW.block_reason IS NOT OLD.block_reason))
BEGIN SELECT RAISE(ABORT, 'a blocked number stays blocked'); END;

CREATE TRIGGER numbers_block_stays_on_delete BEFORE DELETE ON numbers
WHEN OLD.blocked_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a blocked number stays blocked'); END;

CREATE TRIGGER numbers_block_stays_on_replace BEFORE INSERT ON numbers
WHEN EXISTS (SELECT 1 FROM numbers WHERE number = NEW.number AND blocked_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'a blocked number stays blocked'); END;

CREATE TRIGGER audit_is_append_only_on_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

CREATE TRIGGER audit_is_append_only_on_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

CREATE TRIGGER audit_is_append_only_on_replace BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

-- Attempts are never taken back; one that is over stays over, and no attempt changes its number.
CREATE TRIGGER attempts_stay_on_delete BEFORE DELETE ON attempts
BEGIN SELECT RAISE(ABORT, 'attempts are never deleted'); END;

CREATE TRIGGER attempts_stay_on_update BEFORE UPDATE ON attempts
WHEN NEW.id <> OLD.id OR NEW.number <> OLD.number
  OR (OLD.ended_at IS NOT NULL
      AND (NEW.state <> OLD.state OR NEW.ended_at IS NULL OR NEW.may_have_rung < OLD.may_have_rung))
BEGIN SELECT RAISE(ABORT, 'an attempt that is over stays as it was'); END;

CREATE TRIGGER attempts_stay_on_replace BEFORE INSERT ON attempts
WHEN EXISTS (SELECT 1 FROM attempts WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM attempts WHERE number = NEW.number AND ended_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'the number is in another call'); END;
