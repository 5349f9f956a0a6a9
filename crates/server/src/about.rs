//! What a server tells about itself: how it was started, without its secrets.

use ringonce_domain::{InstanceId, SafetyLimits};

/// How a server was started.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// The program's version.
    pub version: String,
    /// The database as people name it, without a password.
    pub database: String,
    /// The address on which it listens.
    pub listen: String,
    /// The address under which people reach it, when one was set.
    pub public_url: Option<String>,
    /// The folder of its data.
    pub data: String,
    /// What is logged.
    pub log: String,
    /// When the emergency stop trips.
    pub limits: SafetyLimits,
    /// Which of the instances that share the ledger it is.
    pub instance: Option<InstanceId>,
}
