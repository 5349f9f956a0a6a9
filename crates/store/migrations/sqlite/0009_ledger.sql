-- The ledger. Instants are integer milliseconds since 1970; numbers are the digits of E.164 as an
-- integer; ids of attempts and instances are 16-byte UUIDv7; JSON is checked text. An index on a table
-- with an integer key ends with that key by itself, which orders equal entries.
--
-- Words (states, statuses, roles, kinds) are checked by a constraint with a name, `<table>_<column>_word`. A new
-- word is one line of one migration, the same on both databases, and rewrites no row:
--   ALTER TABLE t DROP CONSTRAINT t_c_word; ALTER TABLE t ADD CONSTRAINT t_c_word CHECK (c = 'a' OR c = 'b');
-- They are checked by OR: IN with more than two builds a temporary tree whenever a row is written, measured
-- half the time of a call. Foreign keys to tables of words were measured too: an update of two words takes
-- 1.7 times as long.

-- People: users, their links and sessions, tokens of programs.

-- E-mail addresses come trimmed and in lower case.
CREATE TABLE users (
  id                   INTEGER PRIMARY KEY AUTOINCREMENT,
  email                TEXT    NOT NULL UNIQUE,
  name                 TEXT    NOT NULL,
  role                 TEXT    NOT NULL,
  password             TEXT,
  -- The secret counts once a code was accepted; neither the step of that code nor an earlier one is
  -- accepted again.
  two_factor           BLOB,
  two_factor_confirmed INTEGER NOT NULL DEFAULT 0 CHECK (two_factor_confirmed IN (0, 1)),
  two_factor_step      INTEGER NOT NULL DEFAULT 0,
  language             TEXT,
  zone                 TEXT,
  created_at           INTEGER NOT NULL,
  disabled_at          INTEGER,
  signed_in_at         INTEGER,
  CONSTRAINT users_role_word CHECK (role = 'viewer' OR role = 'agent' OR role = 'operator' OR role = 'supervisor'
    OR role = 'admin'),
  CHECK (two_factor_confirmed = 0 OR two_factor IS NOT NULL)
) STRICT;

CREATE INDEX users_admins ON users (id) WHERE role = 'admin' AND disabled_at IS NULL;

CREATE TABLE recovery_codes (
  user_id INTEGER NOT NULL REFERENCES users (id),
  hash    BLOB    NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (user_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE links (
  hash       BLOB    PRIMARY KEY CHECK (length(hash) = 32),
  purpose    TEXT    NOT NULL,
  user_id    INTEGER REFERENCES users (id),
  expires_at INTEGER NOT NULL,
  CONSTRAINT links_purpose_word CHECK (purpose = 'first' OR purpose = 'invitation' OR purpose = 'reset'),
  CHECK ((user_id IS NULL) = (purpose = 'first'))
) STRICT, WITHOUT ROWID;

CREATE INDEX links_user ON links (user_id);
CREATE INDEX links_expiry ON links (expires_at);

-- A session lives until `until`: its end, or the end of its idle time if that comes first.
CREATE TABLE sessions (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  hash        BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
  user_id     INTEGER NOT NULL REFERENCES users (id),
  half        INTEGER NOT NULL CHECK (half IN (0, 1)),
  begun_at    INTEGER NOT NULL,
  seen_at     INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  idle_millis INTEGER NOT NULL,
  until       INTEGER NOT NULL,
  browser     TEXT    NOT NULL,
  address     TEXT    NOT NULL
) STRICT;

CREATE INDEX sessions_user ON sessions (user_id, id);
CREATE INDEX sessions_until ON sessions (until);

CREATE TABLE tokens (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT    NOT NULL,
  hash       BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
  owner      INTEGER REFERENCES users (id),
  -- Words with a space between; NULL for all that the owner may.
  scopes     TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  used_at    INTEGER,
  revoked_at INTEGER
) STRICT;

-- A name is given once among an owner's tokens that were not revoked.
CREATE UNIQUE INDEX tokens_name ON tokens (coalesce(owner, 0), name) WHERE revoked_at IS NULL;
CREATE INDEX tokens_owner ON tokens (owner, id);

-- Campaigns, their figures and who sees them.

CREATE TABLE campaigns (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  name           TEXT    NOT NULL,
  owner          INTEGER REFERENCES users (id),
  state          TEXT    NOT NULL,
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
  talk_millis    INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT campaigns_state_word CHECK (state = 'draft' OR state = 'pending' OR state = 'running' OR state =
    'paused' OR state = 'completed' OR state = 'failed')
) STRICT;

CREATE INDEX campaigns_active ON campaigns (id) WHERE state IN ('pending','running') AND deleted_at IS NULL;
CREATE INDEX campaigns_leased ON campaigns (lease_owner) WHERE lease_owner IS NOT NULL;
CREATE INDEX campaigns_fingerprint ON campaigns (fingerprint) WHERE fingerprint <> '';
CREATE INDEX campaigns_owner ON campaigns (owner);

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

-- What a campaign's calls cost as far as that is known, in each currency: currencies are never added up. Changed
-- in the transaction that learns the price of a call.
CREATE TABLE campaign_prices (
  campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
  currency    TEXT    NOT NULL,
  calls       INTEGER NOT NULL CHECK (calls >= 0),
  -- How many of these calls were answered.
  answered    INTEGER NOT NULL CHECK (answered >= 0),
  millionths  INTEGER NOT NULL,
  PRIMARY KEY (campaign_id, currency)
) STRICT, WITHOUT ROWID;

-- Calls that ended, by when and how, in minutes and in quarters of an hour; zones whose clocks differ by
-- half hours begin their days with a quarter. Changed in the transaction that settles the call. The cost
-- of a picture is that of its buckets, never of its calls.
CREATE TABLE activity (
  campaign_id INTEGER NOT NULL,
  span        INTEGER NOT NULL CHECK (span = 1 OR span = 15),
  start       INTEGER NOT NULL,
  outcome     TEXT    NOT NULL,
  calls       INTEGER NOT NULL,
  talk_millis INTEGER NOT NULL,
  PRIMARY KEY (campaign_id, span, start, outcome)
) STRICT, WITHOUT ROWID;

-- Who sees a campaign that is there and not deleted: its owner, those with whom it is shared, and
-- everybody, who is viewer 0, if it is shared with everyone or has no owner.
CREATE TABLE campaign_viewers (
  viewer      INTEGER NOT NULL,
  campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
  PRIMARY KEY (viewer, campaign_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX campaign_viewers_campaign ON campaign_viewers (campaign_id);

-- Lists, as they were imported, and their contacts.

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
  -- What stands in the row: it can be mended where it is told of, and be read again.
  fields  TEXT    NOT NULL DEFAULT '{}',
  PRIMARY KEY (list_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE contacts (
  id              INTEGER PRIMARY KEY,
  campaign_id     INTEGER NOT NULL,
  list_id         INTEGER NOT NULL,
  line            INTEGER NOT NULL,
  number          INTEGER NOT NULL,
  state           TEXT    NOT NULL,
  lead            TEXT    NOT NULL,
  due_at          INTEGER,
  reason          TEXT,
  attempts        INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  answered        INTEGER NOT NULL DEFAULT 0,
  -- Tries in a row that are proved not to have reached the carrier.
  never_left      INTEGER NOT NULL DEFAULT 0,
  last_outcome    TEXT,
  last_attempt_at INTEGER,
  changed_at      INTEGER NOT NULL,
  zone            TEXT,
  -- The beginning of the name, folded, by which contacts are found and ordered.
  name_key        TEXT    NOT NULL DEFAULT '',
  name            TEXT    NOT NULL,
  metadata        TEXT    NOT NULL,
  CONSTRAINT contacts_state_word CHECK (state = 'pending' OR state = 'calling' OR state = 'connected' OR state =
    'completed' OR state = 'no_answer' OR state = 'busy' OR state = 'failed' OR state = 'bad_number' OR state =
    'skipped'),
  CONSTRAINT contacts_lead_word CHECK (lead = 'new' OR lead = 'contacted' OR lead = 'no_answer' OR lead = 'busy'
    OR lead = 'failed' OR lead = 'congestion' OR lead = 'invalid' OR lead = 'skipped'),
  CHECK ((due_at IS NOT NULL) = (state = 'pending'))
) STRICT;

-- Duplicates inside a campaign, and the look-up by number.
CREATE UNIQUE INDEX contacts_number ON contacts (campaign_id, number);
-- The claim: the next due contact of a campaign, whatever has ended before.
CREATE INDEX contacts_due ON contacts (campaign_id, due_at) WHERE due_at IS NOT NULL;
-- Listings by state, by name, by the last outcome.
CREATE INDEX contacts_state ON contacts (state);
CREATE INDEX contacts_name ON contacts (campaign_id, name_key);
CREATE INDEX contacts_outcome ON contacts (campaign_id, last_outcome) WHERE last_outcome IS NOT NULL;

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

-- Calls.

CREATE TABLE attempts (
  id            BLOB    PRIMARY KEY CHECK (length(id) = 16),
  campaign_id   INTEGER NOT NULL,
  contact_id    INTEGER NOT NULL,
  number        INTEGER NOT NULL,
  made          INTEGER NOT NULL,
  state         TEXT    NOT NULL,
  owner         BLOB    NOT NULL,
  claimed_at    INTEGER NOT NULL,
  dialed_at     INTEGER,
  dial_before   INTEGER,
  caller_id     INTEGER,
  call_id       TEXT,
  -- The name was found by number and time, and may be another call's.
  guessed       INTEGER NOT NULL DEFAULT 0 CHECK (guessed IN (0, 1)),
  answered_at   INTEGER,
  ended_at      INTEGER,
  empty_look_at INTEGER,
  -- When a late word said that it ended otherwise than was concluded.
  corrected_at  INTEGER,
  outcome       TEXT,
  cause         TEXT,
  may_have_rung INTEGER NOT NULL DEFAULT 0 CHECK (may_have_rung IN (0, 1)),
  -- What the carrier charges, in millionths of the currency's unit: NULL until it says so, often long after the end.
  price         INTEGER,
  currency      TEXT,
  -- How it ended when it never rang, for listings: NULL until then.
  closed        TEXT    GENERATED ALWAYS AS (CASE WHEN ended_at IS NOT NULL AND state <> 'ended' THEN state END),
  CONSTRAINT attempts_state_word CHECK (state = 'claimed' OR state = 'dialing' OR state = 'unknown' OR state =
    'ringing' OR state = 'answered' OR state = 'ended' OR state = 'refused' OR state = 'released' OR state =
    'never_placed'),
  CONSTRAINT attempts_live_states CHECK ((ended_at IS NULL) = (state = 'claimed' OR state = 'dialing' OR state = 'unknown' OR state = 'ringing'
    OR state = 'answered')),
  CONSTRAINT attempts_price_whole CHECK ((price IS NULL) = (currency IS NULL))
) STRICT, WITHOUT ROWID;

-- At most one live attempt for a number, whoever writes.
CREATE UNIQUE INDEX attempts_live ON attempts (number) WHERE ended_at IS NULL;
-- Caps and the duplicate alarm: what may have rung, by number and end.
CREATE INDEX attempts_rung ON attempts (number, ended_at, state, outcome) WHERE may_have_rung = 1;
-- The duplicate alarm's walk over what ended since it last looked.
CREATE INDEX attempts_ended ON attempts (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX attempts_campaign ON attempts (campaign_id, id);
-- Listings of what never rang, which is rare.
CREATE INDEX attempts_closed ON attempts (closed, id) WHERE closed IS NOT NULL;

-- Evidence for which no attempt is known.
CREATE TABLE unmatched_evidence (
  seq      INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL,
  attempt  BLOB    NOT NULL,
  actor    TEXT    NOT NULL,
  kind     TEXT    NOT NULL,
  detail   TEXT    NOT NULL CHECK (json_valid(detail))
) STRICT;

-- Rings against the rules that were reported, so that each is reported once.
CREATE TABLE duplicates_found (
  attempt_id BLOB    PRIMARY KEY CHECK (length(attempt_id) = 16),
  number     INTEGER NOT NULL,
  found_at   INTEGER NOT NULL,
  rule       TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- What carriers tell of calls, word for word, before it is applied: nothing that a carrier said is lost, and
-- what it says again is known. An event is named by the carrier's call, its place and what told of it.
CREATE TABLE carrier_events (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  carrier    TEXT    NOT NULL,
  call_id    TEXT    NOT NULL,
  source     TEXT    NOT NULL,
  sequence   INTEGER NOT NULL,
  attempt    BLOB    NOT NULL CHECK (length(attempt) = 16),
  kept_at    INTEGER NOT NULL,
  body       TEXT    NOT NULL,
  -- Why nothing could be made of it.
  fault      TEXT
) STRICT;

-- Events are keyed by their attempt first: attempts are numbered by time, so that what is kept goes to the end
-- of the key's index however long the history is. One call tells one attempt, which its address names: the
-- attempt adds nothing to what names an event.
CREATE UNIQUE INDEX carrier_events_key ON carrier_events (attempt, call_id, sequence, source, carrier);

-- What waits to be applied has a table of its own, so that marking an event as applied is the removal of
-- one narrow row, and the wide one is written once.
CREATE TABLE carrier_events_waiting (
  id INTEGER PRIMARY KEY
) STRICT;

-- What callees answered with the keys of their phones, or by speaking.
CREATE TABLE answers (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  attempt BLOB    NOT NULL CHECK (length(attempt) = 16),
  at      INTEGER NOT NULL,
  kind    TEXT    NOT NULL,
  word    TEXT    NOT NULL,
  CONSTRAINT answers_kind_word CHECK (kind = 'opt_out' OR kind = 'disposition' OR kind = 'transfer' OR kind =
    'key' OR kind = 'machine')
) STRICT;

CREATE UNIQUE INDEX answers_attempt ON answers (attempt, kind, word);

-- Our calls of a day held against the carrier's own list of it.
CREATE TABLE comparisons (
  carrier     TEXT    NOT NULL,
  day         TEXT    NOT NULL,
  compared_at INTEGER NOT NULL,
  ours        INTEGER NOT NULL,
  theirs      INTEGER NOT NULL,
  -- Calls in the carrier's list from numbers that were never ours.
  others      INTEGER NOT NULL,
  -- How many there are.
  differences INTEGER NOT NULL,
  -- The numbers whose calls counted as ours.
  caller_ids  TEXT    NOT NULL CHECK (json_valid(caller_ids)),
  PRIMARY KEY (carrier, day)
) STRICT, WITHOUT ROWID;

-- What only one side knows of a day, or what each tells in another way.
CREATE TABLE differences (
  carrier    TEXT    NOT NULL,
  day        TEXT    NOT NULL,
  -- From 1 on.
  place      INTEGER NOT NULL,
  difference TEXT    NOT NULL CHECK (json_valid(difference)),
  PRIMARY KEY (carrier, day, place)
) STRICT, WITHOUT ROWID;

-- Recordings of calls: from the moment one is expected until it is removed after its time.
CREATE TABLE recordings (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  attempt      BLOB    NOT NULL CHECK (length(attempt) = 16),
  campaign_id  INTEGER NOT NULL,
  carrier      TEXT    NOT NULL,
  call_id      TEXT    NOT NULL,
  -- The carrier's name for it. None while only the call is known: its recordings are to be asked for.
  recording_id TEXT,
  state        TEXT    NOT NULL,
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
  CONSTRAINT recordings_state_word CHECK (state = 'wanted' OR state = 'stored' OR state = 'missing' OR state =
    'removed'),
  CONSTRAINT recordings_wanted CHECK (state <> 'wanted' OR next_try_at IS NOT NULL),
  CONSTRAINT recordings_complete CHECK (state <> 'stored' OR (stored_at IS NOT NULL AND path IS NOT NULL AND sha256 IS NOT NULL
                               AND bytes IS NOT NULL AND content_type IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX recordings_named ON recordings (carrier, recording_id) WHERE recording_id IS NOT NULL;
CREATE UNIQUE INDEX recordings_unnamed ON recordings (attempt) WHERE recording_id IS NULL;
CREATE INDEX recordings_attempt ON recordings (attempt, id);
CREATE INDEX recordings_due ON recordings (next_try_at, id) WHERE next_try_at IS NOT NULL;
CREATE INDEX recordings_stored ON recordings (stored_at, id) WHERE state = 'stored';
CREATE INDEX recordings_state ON recordings (state, id);

-- What callees hear. A version is never changed: campaigns that were started name theirs.
CREATE TABLE agents (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  name        TEXT    NOT NULL,
  version     INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  archived_at INTEGER
) STRICT;

CREATE TABLE agent_versions (
  agent_id INTEGER NOT NULL REFERENCES agents (id),
  version  INTEGER NOT NULL CHECK (version > 0),
  content  TEXT    NOT NULL CHECK (json_valid(content)),
  made_at  INTEGER NOT NULL,
  made_by  TEXT    NOT NULL,
  PRIMARY KEY (agent_id, version)
) STRICT, WITHOUT ROWID;

-- Audio that agents play. Every instance serves it, so it is in the ledger itself. What a file is called and
-- measures stands before its content, so that a list does not read that.
CREATE TABLE media (
  id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  name         TEXT    NOT NULL,
  content_type TEXT    NOT NULL,
  length       INTEGER NOT NULL,
  sha256       BLOB    NOT NULL CHECK (length(sha256) = 32),
  made_at      INTEGER NOT NULL,
  made_by      TEXT    NOT NULL,
  -- Archived, because it may not be deleted while an agent or a campaign plays it.
  archived_at  INTEGER,
  content      BLOB    NOT NULL CHECK (length(content) = length)
) STRICT;

-- The audit trail: append-only and hash-chained: hash = SHA-256 over the row and the hash before it.
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
-- What was done that is no step of a call: by people, mostly.
CREATE INDEX audit_staff ON audit (at)
  WHERE attempt_id IS NULL AND event <> 'contact.skipped' AND event <> 'contact.deferred';
CREATE INDEX audit_campaign ON audit (campaign_id, at)
  WHERE attempt_id IS NULL AND event <> 'contact.skipped' AND event <> 'contact.deferred'
    AND campaign_id IS NOT NULL;

-- The emergency stop; one row.
CREATE TABLE safety (
  id                   INTEGER PRIMARY KEY CHECK (id = 1),
  consecutive_failures INTEGER NOT NULL DEFAULT 0,
  duplicates           INTEGER NOT NULL DEFAULT 0,
  stopped_at           INTEGER,
  stop_reason          TEXT
) STRICT;
INSERT INTO safety (id) VALUES (1);

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
  gone_at   INTEGER,
  -- The last migration that its program knows.
  schema    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What belongs to the ledger as a whole, by name.
CREATE TABLE facts (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

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

-- What people have to be told: written by the transaction in which it happens, told by an instance.
CREATE TABLE announcements (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  kind    TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  actor   TEXT    NOT NULL,
  reason  TEXT    NOT NULL,
  told_at INTEGER,
  CONSTRAINT announcements_kind_word CHECK (kind = 'emergency_stop')
) STRICT;

CREATE INDEX announcements_waiting ON announcements (id) WHERE told_at IS NULL;

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
      AND NEW.may_have_rung < OLD.may_have_rung)
  OR (OLD.ended_at IS NOT NULL AND (NEW.state <> OLD.state OR NEW.ended_at IS NULL)
      AND NOT (OLD.state = 'ended' AND NEW.state = 'ringing'))
BEGIN SELECT RAISE(ABORT, 'an attempt that is over stays as it was'); END;

CREATE TRIGGER attempts_stay_on_replace BEFORE INSERT ON attempts
WHEN EXISTS (SELECT 1 FROM attempts WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM attempts WHERE number = NEW.number AND ended_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'the number is in another call'); END;

CREATE TRIGGER agent_versions_stay_on_update BEFORE UPDATE ON agent_versions
BEGIN SELECT RAISE(ABORT, 'a version of an agent stays as it is'); END;

CREATE TRIGGER agent_versions_stay_on_delete BEFORE DELETE ON agent_versions
BEGIN SELECT RAISE(ABORT, 'a version of an agent stays as it is'); END;

CREATE TRIGGER agent_versions_stay_on_replace BEFORE INSERT ON agent_versions
WHEN EXISTS (SELECT 1 FROM agent_versions WHERE agent_id = NEW.agent_id AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a version of an agent stays as it is'); END;
