//! The options with which a look-alike is started.

use std::path::PathBuf;

use crate::faults::Faults;

/// An account, its limits, and how calls and callbacks behave.
#[derive(Clone, Debug)]
pub struct Config {
    /// `AC` and 32 hexadecimal digits.
    pub account: String,
    /// Authenticates requests and signs callbacks.
    pub token: String,
    /// An API key's SID and secret, which authenticate requests too.
    pub api_key: Option<(String, String)>,
    /// Numbers that the account owns, in E.164.
    pub numbers: Vec<String>,
    /// Verified numbers of others, which the account may show.
    pub verified: Vec<String>,
    /// The number from which another application calls, see [`Faults::foreign_calls`].
    pub foreign_number: String,
    /// Decides how calls are answered where the number does not say, and which requests a fault hits.
    pub seed: u64,
    /// Calls dialled a second; more wait in the queue.
    pub cps: f64,
    /// Calls at once; a create request beyond that is refused.
    pub concurrency: usize,
    /// Requests a second of real time, beyond which they are refused.
    pub requests_per_second: u32,
    /// How many times faster than real calls these go.
    pub speed: f64,
    /// The faults from the start on.
    pub faults: Faults,
    /// The file to which the truth log is appended, besides being kept in memory.
    pub log: Option<PathBuf>,
    /// Every number has a person who answers and listens to the end.
    pub everyone_answers: bool,
    /// Speaks as `SignalWire` does: below `/api/laml`, and with a signature header of its own.
    pub signalwire: bool,
    /// Callbacks may go to other machines.
    pub anywhere: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            account: format!("AC{}", "0".repeat(32)),
            token: "0".repeat(32),
            api_key: None,
            numbers: vec!["+12025550100".to_owned()],
            verified: Vec::new(),
            foreign_number: "+12025550199".to_owned(),
            seed: 1,
            cps: 1.0,
            concurrency: 1_000,
            requests_per_second: 100,
            speed: 1.0,
            faults: Faults::default(),
            log: None,
            everyone_answers: false,
            signalwire: false,
            anywhere: false,
        }
    }
}
