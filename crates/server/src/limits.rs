//! Every bound of the server, in one place: what it accepts, keeps and waits for.
//!
//! Nothing else in this crate may name a size, a rate or a time-out.

use std::num::NonZeroU32;
use std::time::Duration;

pub use ringonce_carrier::WEBHOOK_BYTES;
use ringonce_domain::Millis;

/// Bytes of a JSON or form body.
pub const BODY_BYTES: usize = 64 << 10;
/// Refused webhooks that are logged in a minute; the next one tells how many were not.
pub const REFUSALS_LOGGED_PER_MINUTE: NonZeroU32 = NonZeroU32::new(20).unwrap();
/// How long a webhook waits until its event is durable.
pub const KEEPING: Duration = Duration::from_secs(5);
/// Bytes of an uploaded file: 1 GiB.
pub const UPLOAD_BYTES: u64 = 1 << 30;
/// Parts of a multipart body.
pub const UPLOAD_PARTS: usize = 16;
/// How long the next bytes of a body may take.
pub const BODY_IDLE: Duration = Duration::from_secs(30);
/// How long the next bytes of an uploaded file may take: less than any body's, so that the
/// client is told why.
pub const UPLOAD_IDLE: Duration = Duration::from_secs(25);
/// How long a request's head may take.
pub const HEAD: Duration = Duration::from_secs(10);
/// Bytes of a request's head.
pub const HEAD_BYTES: usize = 32 << 10;
/// Connections at once; more wait to be accepted.
pub const CONNECTIONS: usize = 1_024;
/// How long to wait after a connection could not be accepted.
pub const ACCEPT_REST: Duration = Duration::from_millis(100);
/// How long an orderly shutdown waits for answers under way.
pub const DRAIN: Duration = Duration::from_secs(10);

/// Uploads and checks at once; more are refused, so that they cannot fill the disk.
pub const UPLOADS_AT_ONCE: usize = 4;
/// Uploads that wait to become campaigns, of one caller; the oldest gives way.
pub const STAGED_EACH: usize = 5;
/// Bytes of all uploads that wait to become campaigns: 8 GiB.
pub const STAGED_BYTES: u64 = 8 << 30;
/// How long an upload waits to become a campaign.
pub const STAGED_KEPT: Millis = Millis::from_days(1);
/// Counts of what a start would skip at once, and of those that are remembered.
pub const FORESIGHTS: usize = 64;
/// How long such a count is remembered once it has ended.
pub const FORESIGHT_KEPT: Millis = Millis::from_secs(30);
/// How long a request waits for such a count before it is told how far it is.
pub const FORESIGHT_WAIT: Duration = Duration::from_secs(1);
/// Bytes that are collected before a piece of a CSV is sent.
pub const CSV_PIECE: usize = 64 << 10;
/// Streams of server-sent events at once.
pub const EVENT_STREAMS: usize = 256;
/// How long one stays open; the client then opens another and is authenticated again.
pub const EVENT_STREAM: Duration = Duration::from_mins(2);
/// Least time between two events of a stream.
pub const EVENT_GAP: Duration = Duration::from_millis(250);
/// After this long without a change the ledger is read all the same, because another process may have
/// written to it.
pub const EVENT_REREAD: Duration = Duration::from_secs(2);
/// How often a silent stream says that it lives.
pub const EVENT_KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Watched pages that are kept for others who see the same.
pub const SHARED_VIEWS: usize = 256;
/// Bytes of a watched page at most.
pub const SHARED_VIEW_BYTES: usize = 4 << 20;

/// Rows of a page of a listing when the caller names no number.
pub const PAGE_ROWS: u32 = 100;
/// Rows of a page of a listing at most.
pub const MOST_PAGE_ROWS: u32 = 1_000;
/// Campaigns on one page.
pub const CAMPAIGNS_SHOWN: u32 = 50;
/// Calls on one page.
pub const CALLS_SHOWN: u32 = 50;
/// Columns that a request may say what they are for: as many as a file may have.
pub const COLUMNS_NAMED: usize = 512;
/// Duplicates and bad rows in the report of a check; their numbers are told in full.
pub const PROBLEMS_SHOWN: usize = 1_000;

/// Contacts on one page of a campaign.
pub const CONTACTS_SHOWN: u32 = 50;
/// Bad rows shown on the page of a campaign.
pub const BAD_ROWS_SHOWN: u32 = 10;
/// Characters of what is looked for.
pub const SEARCH_CHARS: usize = 100;
/// The longest period whose quarters of an hour are told at once.
pub const QUARTERS: Millis = Millis::from_days(92);
/// The longest period whose minutes are told at once.
pub const MINUTES: Millis = Millis::from_days(2);
/// Numbers that a typed text can mean, of which the ledger is asked what it holds.
pub const READINGS_LOOKED_UP: usize = 32;
/// Bad rows and duplicates on the page of an upload; the rest is downloaded.
pub const ROWS_PREVIEWED: usize = 10;
/// Contacts for whom a campaign's agent is shown as it would sound.
pub const PREVIEWS: u32 = 3;
/// Contacts of a forecast: as many as a file may have.
pub const FORECAST_CONTACTS: u64 = 10_000_000;

/// Characters of a campaign's name.
pub const NAME_CHARS: usize = 200;
/// Characters of a reason.
pub const REASON_CHARS: usize = 500;
/// Characters of an `Idempotency-Key`.
pub const KEY_CHARS: usize = 200;
/// How long an `Idempotency-Key` is remembered.
pub const KEY_KEPT: Millis = Millis::from_days(1);
/// How many keys of one caller are remembered; more requests with a key are refused until a day is over.
pub const KEYS_EACH: u32 = 10_000;
/// How long a request holds its key without being heard of; it is heard of three times as often.
pub const KEY_HELD: Millis = Millis::from_secs(30);
/// How long a request waits for another under the same key before it is told to come back.
pub const KEY_WAIT: Millis = Millis::from_secs(2);
/// How often it asks meanwhile.
pub const KEY_ASKED_EVERY: Millis = Millis::new(100);

/// How long a browser stays signed in.
pub const SESSION: Millis = Millis::from_hours(12);
/// How long it stays signed in without a request.
pub const SESSION_IDLE: Millis = Millis::from_hours(2);
/// How long the second factor may take after the password.
pub const HALF_SESSION: Millis = Millis::from_minutes(10);
/// How long the link for the first user works; the next start prints another.
pub const FIRST_LINK: Millis = Millis::from_days(1);
/// How long an invitation works.
pub const INVITATION_LINK: Millis = Millis::from_days(7);
/// How long a link to choose another password works.
pub const RESET_LINK: Millis = Millis::from_days(1);
/// Characters of a password at least, as NIST SP 800-63B-4 wants them.
pub const PASSWORD_LEAST_CHARS: usize = 15;
/// Characters of a password at most.
pub const PASSWORD_MOST_CHARS: usize = 256;
/// Passwords hashed at once, each in 19 MiB of memory; more wait.
pub const PASSWORDS_AT_ONCE: usize = 4;
/// How long a password waits for its turn to be hashed.
pub const PASSWORD_WAIT: Duration = Duration::from_secs(10);
/// Days that a token works, at most, unless it does not expire.
pub const TOKEN_DAYS: u32 = 3_660;
/// Tokens and users on a page.
pub const PEOPLE_SHOWN: u32 = 100;

/// Requests a second of one token or session, after a burst of [`REQUESTS_BURST`].
pub const REQUESTS_PER_SECOND: NonZeroU32 = NonZeroU32::new(50).unwrap();
/// Requests of one token or session that may come together.
pub const REQUESTS_BURST: NonZeroU32 = NonZeroU32::new(200).unwrap();
/// Failed sign-ins and wrong tokens a minute of one address.
pub const FAILURES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// Attempts to sign in a minute from one address; a house shares one.
pub const ATTEMPTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).unwrap();
/// Attempts to sign in as one person, right or wrong, that may come together.
pub const ATTEMPTS_BURST: NonZeroU32 = NonZeroU32::new(20).unwrap();
/// How long until another attempt is allowed after those.
pub const ATTEMPTS_REFILL: Duration = Duration::from_secs(30);
