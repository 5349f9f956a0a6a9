//! The ledger: everything that Ringonce must not forget, behind traits in its callers' words.
//!
//! One method is one whole transaction; no transaction crosses this seam. A store gathers facts
//! and writes what `ringonce-domain` decides; it names no next state itself. It knows no carriers
//! and no HTTP.

mod audit;
mod claiming;
mod error;
mod ledger;
mod listing;
pub mod model;
pub mod moving;
pub mod postgres;
mod row;
mod settings_cache;
mod settling;
mod sql;
pub mod sqlite;
mod traits;
mod transaction;

pub use error::StoreError;
pub use traits::{
    Accounts, Admin, Agents, Announcements, Campaigns, Contacts, Dialing, Inbox, Instances,
    KeptRecordings, Media, Reports, RequestKeys, Sharing, Store, Tokens,
};

/// The result of every store method.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// The most numbers that [`Contacts::foresee`] counts in one step; it ignores those beyond.
pub const NUMBERS_FORESEEN: usize = 10_000;
