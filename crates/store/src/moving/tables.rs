//! The tables of a ledger in the order in which they are copied: each refers only to those before it.

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An integer of 64 bits.
    Int8,
    /// An integer of 32 bits in PostgreSQL.
    Int4,
    /// A truth value.
    Flag,
    /// Text, or JSON that keeps its text.
    Text,
    /// A campaign's settings, compared by their meaning.
    Settings,
    /// 16 bytes.
    Uuid,
    /// Other bytes.
    Bytes,
    /// An instant.
    At,
}

/// A column's name, its type, and its expression in SQLite where that is not its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) there: Option<&'static str>,
}

/// A table and the columns that order its rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [Column],
    /// In SQLite's words, and in PostgreSQL's.
    pub(crate) order: [&'static str; 2],
    /// Which rows exist on both sides.
    pub(crate) rows: &'static str,
}

macro_rules! column {
    ($name:ident $kind:ident) => {
        Column {
            name: stringify!($name),
            kind: Kind::$kind,
            there: None,
        }
    };
    ($name:ident $kind:ident = $there:literal) => {
        Column {
            name: stringify!($name),
            kind: Kind::$kind,
            there: Some($there),
        }
    };
}

macro_rules! table {
    ($name:ident ordered by $sqlite:literal / $postgres:literal where $rows:literal
     { $($column:ident $kind:ident $(= $there:literal)?),+ $(,)? }) => {
        Table {
            name: stringify!($name),
            columns: &[$(column!($column $kind $(= $there)?)),+],
            order: [$sqlite, $postgres],
            rows: $rows,
        }
    };
    ($name:ident ordered by $order:literal $columns:tt) => {
        table!($name ordered by $order / $order where "true" $columns)
    };
}

/// The chain of the audit trail that has the copied entries.
pub(crate) const CHAIN: i64 = 1;

/// Every table that is copied. The instances are among them, so that the other side takes over what they
/// left.
pub(crate) const TABLES: &[Table] = &[
    // PostgreSQL has a row for a number as soon as it is live or judged; SQLite has none for such a number.
    table!(numbers ordered by "number" / "number"
           where "blocked_at IS NOT NULL OR last_campaign IS NOT NULL OR other_called_at IS NOT NULL OR called > 0 OR answered > 0" {
        number Int8, blocked_at At, block_reason Text, last_campaign Int8, last_called_at At,
        other_called_at At, called Int8, answered Int8,
    }),
    // Sessions and one-time links do not move: people sign in again, and links are given out again.
    table!(users ordered by "id" {
        id Int8, email Text, name Text, role Text, password Text, two_factor Bytes,
        two_factor_confirmed Flag, two_factor_step Int8, language Text, zone Text, created_at At,
        disabled_at At, signed_in_at At,
    }),
    table!(recovery_codes ordered by "user_id, hash" {
        user_id Int8, hash Bytes,
    }),
    table!(campaigns ordered by "id" {
        id Int8, name Text, state Text, state_reason Text, settings Settings, fingerprint Text,
        created_at At, imported_at At, started_at At, ended_at At, deleted_at At, next_slot_at At,
        live Int8, lease_owner Uuid, lease_epoch Int8, lease_until At, contacts_made Int8,
        skipped_duplicates Int8, last_called_at At, talk_millis Int8, owner Int8,
    }),
    table!(campaign_viewers ordered by "viewer, campaign_id" {
        viewer Int8, campaign_id Int8,
    }),
    table!(campaign_contacts ordered by "campaign_id, state" / "campaign_id, state COLLATE \"C\"" where "true" {
        campaign_id Int8, state Text, contacts Int8,
    }),
    table!(campaign_outcomes ordered by "campaign_id, outcome" / "campaign_id, outcome COLLATE \"C\"" where "true" {
        campaign_id Int8, outcome Text, attempts Int8,
    }),
    table!(campaign_prices ordered by "campaign_id, currency" / "campaign_id, currency COLLATE \"C\"" where "true" {
        campaign_id Int8, currency Text, calls Int8, answered Int8, millionths Int8,
    }),
    table!(activity ordered by "campaign_id, span, start, outcome"
           / "campaign_id, span, start, outcome COLLATE \"C\"" where "true" {
        campaign_id Int8, span Int4, start At, outcome Text, calls Int8, talk_millis Int8,
    }),
    table!(lists ordered by "id" {
        id Int8, campaign_id Int8, file_name Text, layout Text, created_at At, finished_at At,
        rows Int8, accepted Int8, duplicates Int8, rejected Int8,
    }),
    table!(list_problems ordered by "list_id, line" {
        list_id Int8, line Int8, field Text, value Text, reason Text, fields Text,
    }),
    table!(contacts ordered by "id" {
        id Int8, campaign_id Int8, list_id Int8, line Int8, number Int8, attempts Int4, answered Int4,
        never_left Int4,
        due_at At, last_attempt_at At, changed_at At, state Text, lead Text, reason Text,
        last_outcome Text, zone Text, name Text, name_key Text, metadata Text,
    }),
    table!(attempts ordered by "id" {
        id Uuid, campaign_id Int8, contact_id Int8, number Int8, caller_id Int8, made Int4, may_have_rung Flag,
        guessed Flag,
        claimed_at At, dialed_at At, dial_before At, answered_at At, ended_at At, empty_look_at At, corrected_at At,
        owner Uuid, state Text, outcome Text, call_id Text, cause Text, price Int8, currency Text,
    }),
    table!(unmatched_evidence ordered by "seq" {
        seq Int8, at At, attempt Uuid, actor Text, kind Text, detail Text,
    }),
    table!(audit ordered by "seq" / "place" where "chain = 1" {
        chain Int8 = "1", place Int8 = "seq", seq Int8, at At, campaign_id Int8, number Int8,
        attempt_id Uuid, actor Text, event Text, detail Text, hash Bytes,
    }),
    table!(safety ordered by "id" {
        id Int4, consecutive_failures Int8, duplicates Int8, stopped_at At, stop_reason Text,
    }),
    table!(duplicates_found ordered by "attempt_id" {
        attempt_id Uuid, number Int8, found_at At, rule Text,
    }),
    table!(tokens ordered by "id" {
        id Int8, name Text, hash Bytes, owner Int8, scopes Text, created_at At, expires_at At,
        used_at At, revoked_at At,
    }),
    table!(agents ordered by "id" {
        id Int8, name Text, version Int8, created_at At, archived_at At,
    }),
    table!(agent_versions ordered by "agent_id, version" {
        agent_id Int8, version Int8, content Text, made_at At, made_by Text,
    }),
    table!(media ordered by "id" {
        id Uuid, name Text, content_type Text, length Int8, sha256 Bytes, made_at At, made_by Text,
        archived_at At, content Bytes,
    }),
    table!(carrier_events ordered by "id" {
        id Int8, carrier Text, call_id Text, source Text, sequence Int8, attempt Uuid, kept_at At,
        body Text, fault Text,
    }),
    table!(carrier_events_waiting ordered by "id" {
        id Int8,
    }),
    table!(answers ordered by "id" {
        id Int8, attempt Uuid, at At, kind Text, word Text,
    }),
    // Audio stays in the archive: both ledgers use the same names.
    table!(recordings ordered by "id" {
        id Int8, attempt Uuid, campaign_id Int8, carrier Text, call_id Text, recording_id Text,
        state Text, seconds Int8, bytes Int8, sha256 Bytes, path Text, content_type Text, tries Int8,
        next_try_at At, fault Text, wanted_at At, stored_at At, removed_at At,
    }),
    table!(comparisons ordered by "carrier, day" / "carrier COLLATE \"C\", day COLLATE \"C\"" where "true" {
        carrier Text, day Text, compared_at At, ours Int8, theirs Int8, others Int8,
        differences Int8, caller_ids Text,
    }),
    table!(differences ordered by "carrier, day, place" / "carrier COLLATE \"C\", day COLLATE \"C\", place" where "true" {
        carrier Text, day Text, place Int8, difference Text,
    }),
    table!(instances ordered by "id" {
        id Uuid, name Text, process Int8, version Text, address Text, joined_at At, heard_at At,
        until At, left_at At, gone_at At, schema Int4,
    }),
    table!(request_keys ordered by "caller, key" / "caller COLLATE \"C\", key" where "true" {
        caller Text, key Bytes, request Bytes, taken_at At, holder Bytes, held_until At,
        campaign_id Int8,
    }),
    table!(announcements ordered by "id" {
        id Int8, kind Text, at At, actor Text, reason Text, told_at At,
    }),
    // The mark of a move is not part of the ledger.
    table!(facts ordered by "name" / "name COLLATE \"C\"" where "name <> 'moved_to'" {
        name Text, value Text,
    }),
];

impl Table {
    /// Whether it has rows even in an unused ledger.
    pub(crate) fn is_never_empty(&self) -> bool {
        self.name == "safety"
    }

    /// The statement that yields its rows in SQLite.
    pub(crate) fn in_sqlite(&self) -> String {
        let columns = self
            .columns
            .iter()
            .map(|column| column.there.unwrap_or(column.name));
        // SQLite's trail is a single chain.
        let rows = if self.name == "audit" {
            "true"
        } else {
            self.rows
        };
        self.select(columns, rows, self.order[0])
    }

    /// The statement that yields its rows in PostgreSQL.
    pub(crate) fn in_postgres(&self) -> String {
        let columns = self.columns.iter().map(|column| column.name);
        self.select(columns, self.rows, self.order[1])
    }

    fn select(
        &self,
        columns: impl Iterator<Item = &'static str>,
        rows: &str,
        order: &str,
    ) -> String {
        let columns = columns.collect::<Vec<_>>().join(", ");
        format!(
            "SELECT {columns} FROM {} WHERE {rows} ORDER BY {order}",
            self.name
        )
    }

    /// The statement that takes its rows in.
    pub(crate) fn copy_in(&self) -> String {
        let columns = self.columns.iter().map(|column| column.name);
        let columns = columns.collect::<Vec<_>>().join(", ");
        format!("COPY {} ({columns}) FROM STDIN (FORMAT binary)", self.name)
    }
}
