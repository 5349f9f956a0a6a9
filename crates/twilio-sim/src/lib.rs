//! A Twilio look-alike: the API of version 2010-04-01 for calls, by its documentation, with phones that
//! answer, TwiML that is executed, signed callbacks, recordings, and faults on demand.
//!
//! It tests Ringonce's own adapter, so it shares no code with it, and depends on no other of its
//! crates. The called number decides how a call is answered ([`PERSONAS`]); a truth log records what
//! happened, line by line, before any callback reports it. It never rings a phone, and connects only to
//! this machine unless configured otherwise.

mod api;
mod call;
mod config;
mod dates;
mod dice;
mod faults;
mod foreign;
mod form;
mod hook;
mod line;
mod look_alike;
mod order;
mod overrides;
mod parameter;
mod persona;
mod price;
mod problem;
mod queue;
mod recording;
mod server;
mod signature;
mod sim;
mod talk;
mod tempo;
mod truth;
mod twiml;
mod wav;
mod web;

use std::future::Future;
use std::io;
use std::sync::Arc;

use tokio::net::TcpListener;

pub use config::Config;
pub use faults::Faults;
pub use persona::TABLE as PERSONAS;

use look_alike::LookAlike;

/// One account of the look-alike.
#[derive(Clone, Debug)]
pub struct TwilioSim(Arc<LookAlike>);

impl TwilioSim {
    /// Opens the account, with its truth log.
    pub fn open(config: Config) -> io::Result<Self> {
        LookAlike::open(config).map(|world| Self(Arc::new(world)))
    }

    /// Serves the API at `listener` until `stop` resolves. Calls under way go on in the background.
    pub async fn serve(
        &self,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let address = format!("http://{}", listener.local_addr()?);
        let _ = self.0.address.set(address);
        tokio::select! {
            () = server::serve(listener, Arc::clone(&self.0), stop) => {}
            () = self.0.queue.run(self.0.tempo) => {}
        }
        Ok(())
    }

    /// The truth log so far: a line of JSON for everything that happened to a call.
    pub fn truth(&self) -> String {
        self.0.truth.text()
    }

    /// Deletes the record of a call, as the API does after its end; false when there is none.
    pub fn delete(&self, call: &str) -> bool {
        self.0.with(|state| state.forget(call))
    }

    /// Replaces the auth token, as a person does in the console: the one before opens nothing any more.
    pub fn replace_token(&self, token: &str) {
        self.0.with(|state| token.clone_into(&mut state.token));
    }

    /// Replaces the faults.
    pub fn set_faults(&self, faults: Faults) {
        self.0.with(|state| state.set_faults(faults));
    }
}
