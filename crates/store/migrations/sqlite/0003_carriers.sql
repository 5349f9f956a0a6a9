-- What carriers tell of calls, and what callees answer.

-- Word for word, before it is applied: nothing that a carrier said is lost, and what it says again is
-- known. An event is named by the carrier's call, its place and what told of it.
CREATE TABLE carrier_events (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  carrier    TEXT    NOT NULL,
  call_id    TEXT    NOT NULL,
  source     TEXT    NOT NULL,
  sequence   INTEGER NOT NULL,
  attempt    BLOB    NOT NULL CHECK (length(attempt) = 16),
  kept_at    INTEGER NOT NULL,
  body       TEXT    NOT NULL,
  applied_at INTEGER,
  -- Why nothing could be made of it.
  fault      TEXT
) STRICT;

CREATE UNIQUE INDEX carrier_events_key ON carrier_events (call_id, sequence, source, carrier);
CREATE INDEX carrier_events_waiting ON carrier_events (id) WHERE applied_at IS NULL;
CREATE INDEX carrier_events_attempt ON carrier_events (attempt, id);

-- What callees answered with the keys of their phones, or by speaking.
CREATE TABLE answers (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  attempt BLOB    NOT NULL CHECK (length(attempt) = 16),
  at      INTEGER NOT NULL,
  kind    TEXT    NOT NULL CHECK (kind IN ('opt_out','disposition','transfer','key','machine')),
  word    TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX answers_attempt ON answers (attempt, kind, word);

-- Our calls of a day held against the carrier's own list of it.
CREATE TABLE comparisons (
  carrier     TEXT    NOT NULL,
  day         TEXT    NOT NULL,
  compared_at INTEGER NOT NULL,
  ours        INTEGER NOT NULL,
  theirs      INTEGER NOT NULL,
  differences TEXT    NOT NULL CHECK (json_valid(differences)),
  PRIMARY KEY (carrier, day)
) STRICT, WITHOUT ROWID;
