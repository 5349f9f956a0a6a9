//! The rules of calling: vocabulary, states and their transitions, and policies.
//!
//! Everything here is a pure function of its arguments. The crate knows no async, IO, SQL, HTTP,
//! logging, clock or random source; `now` is always a parameter.

pub mod account;
pub mod agent;
pub mod attempt;
pub mod campaign;
pub mod caps;
pub mod claim;
pub mod contact;
pub mod diagram;
pub mod email;
pub mod forecast;
pub mod hours;
pub mod ids;
pub mod instant;
pub mod lead;
pub mod machines;
pub mod number;
pub mod outcome;
pub mod pacing;
pub mod plan;
pub mod price;
pub mod proof;
pub mod recording;
pub mod repeat;
pub mod retry;
pub mod safety;
pub mod script;
pub mod settings;
pub mod settle;
pub mod sip;
pub mod text;
pub mod time;
pub mod watch;
pub mod zones;

pub use account::{Language, Permission, Role};
pub use agent::Agent;
pub use attempt::{Attempt, AttemptState, Evidence, StaleAttempt, Step, Trust};
pub use campaign::{CampaignEvent, CampaignState, IllegalCampaignEvent};
pub use caps::Caps;
pub use contact::{ContactCounts, ContactState, LeadStatus};
pub use email::Email;
pub use ids::{
    AgentId, AttemptId, CampaignId, ContactId, Epoch, InstanceId, ListId, SessionId, TokenId,
    UserId,
};
pub use machines::{Detection, Machines, OnMachine};
pub use number::{Number, Region};
pub use outcome::{FailureClass, Outcome};
pub use pacing::Pacing;
pub use price::{Currency, InvalidPrice, Price};
pub use recording::{Channels, RecordingFormat};
pub use repeat::RepeatRule;
pub use retry::RetryPolicy;
pub use safety::{Safety, SafetyLimits, StopCause, Stopped};
pub use settings::{InvalidSetting, Settings};
pub use time::{Millis, Timestamp};
