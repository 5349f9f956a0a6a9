-- What pages ask for: figures over time, lists in every order, and what people did.

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

INSERT INTO activity (campaign_id, span, start, outcome, calls, talk_millis)
SELECT a.campaign_id, s.span, a.ended_at - a.ended_at % (s.span * 60000), a.outcome, count(*),
       sum(max(coalesce(a.ended_at - a.answered_at, 0), 0))
FROM attempts a
JOIN campaigns c ON c.id = a.campaign_id AND c.deleted_at IS NULL
JOIN (SELECT 1 AS span UNION ALL SELECT 15) s
WHERE a.outcome IS NOT NULL
GROUP BY 1, 2, 3, 4;

-- The beginning of the name, folded, by which contacts are found and ordered. Rows of before are folded
-- here, which in SQLite is done for A to Z alone.
ALTER TABLE contacts ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE contacts SET name_key = substr(lower(trim(name)), 1, 40) WHERE name <> '';

-- Listings by name.
CREATE INDEX contacts_name ON contacts (campaign_id, name_key);
-- Listings by the last outcome.
CREATE INDEX contacts_outcome ON contacts (campaign_id, last_outcome) WHERE last_outcome IS NOT NULL;

-- What was done that is no step of a call: by people, mostly.
CREATE INDEX audit_staff ON audit (at)
  WHERE attempt_id IS NULL AND event <> 'contact.skipped' AND event <> 'contact.deferred';
CREATE INDEX audit_campaign ON audit (campaign_id, at)
  WHERE attempt_id IS NULL AND event <> 'contact.skipped' AND event <> 'contact.deferred'
    AND campaign_id IS NOT NULL;

-- E-mail addresses come trimmed and in lower case.
CREATE TABLE users (
  id                   INTEGER PRIMARY KEY AUTOINCREMENT,
  email                TEXT    NOT NULL UNIQUE,
  name                 TEXT    NOT NULL,
  role                 TEXT    NOT NULL CHECK (role = 'viewer' OR role = 'agent' OR role = 'operator'
                               OR role = 'supervisor' OR role = 'admin'),
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
  purpose    TEXT    NOT NULL CHECK (purpose = 'first' OR purpose = 'invitation' OR purpose = 'reset'),
  user_id    INTEGER REFERENCES users (id),
  expires_at INTEGER NOT NULL,
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

-- Tokens get an id, an owner, scopes and an end. Those that are there have none of these and go on.
ALTER TABLE tokens RENAME TO tokens_before;
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
INSERT INTO tokens (name, hash, created_at)
SELECT name, hash, created_at FROM tokens_before ORDER BY created_at, name;
DROP TABLE tokens_before;

-- A name is given once among an owner's tokens that were not revoked.
CREATE UNIQUE INDEX tokens_name ON tokens (coalesce(owner, 0), name) WHERE revoked_at IS NULL;
CREATE INDEX tokens_owner ON tokens (owner, id);

ALTER TABLE campaigns ADD COLUMN owner INTEGER REFERENCES users (id);
CREATE INDEX campaigns_owner ON campaigns (owner);

-- Who sees a campaign that is there and not deleted: its owner, those with whom it is shared, and
-- everybody, who is viewer 0, if it is shared with everyone or has no owner.
CREATE TABLE campaign_viewers (
  viewer      INTEGER NOT NULL,
  campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
  PRIMARY KEY (viewer, campaign_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX campaign_viewers_campaign ON campaign_viewers (campaign_id);

INSERT INTO campaign_viewers (viewer, campaign_id)
SELECT 0, id FROM campaigns WHERE imported_at IS NOT NULL AND deleted_at IS NULL;

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

CREATE TRIGGER agent_versions_stay_on_update BEFORE UPDATE ON agent_versions
BEGIN SELECT RAISE(ABORT, 'a version of an agent stays as it is'); END;

CREATE TRIGGER agent_versions_stay_on_delete BEFORE DELETE ON agent_versions
BEGIN SELECT RAISE(ABORT, 'a version of an agent stays as it is'); END;

CREATE TRIGGER agent_versions_stay_on_replace BEFORE INSERT ON agent_versions
WHEN EXISTS (SELECT 1 FROM agent_versions WHERE agent_id = NEW.agent_id AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'a version of an agent stays as it is'); END;
