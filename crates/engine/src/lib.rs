//! The engine: it lets campaigns call.
//!
//! [`Engine::run`] is one future that schedules, dials, settles and watches; dropping it is a crash
//! as far as the ledger can tell, which is how recovery is tested. It knows no HTTP and no SQL, and
//! reads time and randomness only through [`ringonce_carrier::Clock`] and [`entropy::Entropy`].

mod alarm;
pub mod alerts;
mod announcements;
pub mod columns;
pub mod comparison;
mod denials;
mod dialler;
mod engine;
pub mod entropy;
pub mod export;
pub mod fields;
mod inbox;
pub mod instances;
pub mod intake;
mod list_columns;
mod membership;
mod prices;
mod recorder;
pub mod recordings;
mod scheduler;
mod watchdog;
mod zone_column;

pub use denials::Denials;
pub use engine::{Config, Engine, Status};
pub use inbox::EventSender;
pub use membership::Presence;
