//! `twilio-sim`: a Twilio look-alike, to try Ringonce out with and to test it against.

use std::net::SocketAddr;
use std::path::PathBuf;

use ringonce_twilio_sim::{Config, Faults, PERSONAS, TwilioSim};
use serde_json::json;

use crate::Context;
use crate::commands::serve::{listen, refuse_remote};
use crate::config::LogFormat;
use crate::failure::{Exit, Failure};
use crate::logging;
use crate::signals::interrupted;

/// Serve a look-alike of Twilio's API, with phones that answer
#[derive(Debug, clap::Args)]
#[command(after_help = format!("Examples:
  ringonce twilio-sim
  ringonce twilio-sim --speed 60 --log truth.jsonl --number +12025550100 --cps 5
  ringonce twilio-sim --lost-create-responses 0.2 --callback-repetitions 5 --callback-delay-ms 2000

No phone rings. Who picks up follows from the last four digits of the called number:
{PERSONAS}

Besides Twilio's own addresses there are `GET /_sim/log` (what happened, a line of JSON each, written
before anybody hears of it), `GET /_sim/calls/SID` (what was executed and what the callee heard),
`GET /_sim/personas/NUMBER`, and `GET` and `POST /_sim/faults` (what goes wrong, changed while it runs).
Callbacks, TwiML and sound are fetched from this machine only."))]
pub(crate) struct Args {
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9200")]
    listen: SocketAddr,
    /// Allow an address that other machines can reach, and callbacks to other machines
    #[arg(long)]
    allow_remote: bool,
    /// Where the truth is appended, made when missing
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// The account's SID
    #[arg(long, value_name = "SID", default_value_t = Config::default().account)]
    account: String,
    /// The account's auth token, which requests bring and callbacks are signed with
    #[arg(long, value_name = "TOKEN", default_value_t = Config::default().token)]
    auth_token: String,
    /// An API key that requests may bring instead
    #[arg(long, value_name = "SID:SECRET", value_parser = api_key)]
    api_key: Option<(String, String)>,
    /// A number that the account owns; may be given several times [default: +12025550100]
    #[arg(long = "number", value_name = "E.164")]
    numbers: Vec<String>,
    /// A number of somebody else that it may show; may be given several times
    #[arg(long = "verified", value_name = "E.164")]
    verified: Vec<String>,
    /// The number from which another application calls, see --foreign-calls
    #[arg(long, value_name = "E.164", default_value_t = Config::default().foreign_number)]
    foreign_number: String,
    /// Speak as SignalWire does: below /api/laml, and with a signature header of its own
    #[arg(long)]
    signalwire: bool,
    /// Calls dialled a second; more wait in the queue
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0)]
    cps: f64,
    /// Calls at once; a request beyond that is answered with 429
    #[arg(long, value_name = "CALLS", default_value_t = 1_000)]
    concurrency: usize,
    /// Requests a second beyond which they are answered with 429
    #[arg(long, value_name = "REQUESTS", default_value_t = 100)]
    requests_per_second: u32,
    /// How many times as fast as real ones calls go by
    #[arg(long, value_name = "TIMES", default_value_t = 1.0)]
    speed: f64,
    /// Decides who picks up where the number does not say, and what goes wrong
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Every number has a person who answers and listens to the end
    #[arg(long)]
    everyone_answers: bool,
    #[command(flatten)]
    wrong: Wrong,
    /// What the process's own messages are written for
    #[arg(long, value_enum)]
    log_format: Option<LogFormat>,
}

/// What goes wrong from the start.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What goes wrong")]
struct Wrong {
    /// Of the create requests so many, from 0 to 1, place the call and get no answer
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    lost_create_responses: f64,
    /// Of the create requests so many are answered with 500 or 503
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    failed_creates: f64,
    /// Of those so many place the call all the same
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    failed_creates_placed: f64,
    /// Of the create requests so many are refused with 429, and place no call
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    refused_creates: f64,
    /// Of the create requests so many are carried out at once and answered late
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    slow_creates: f64,
    /// Those are answered up to so long after
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    slow_creates_ms: u64,
    /// Of the requests for calls so many are answered with 503
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    failed_look_ups: f64,
    /// Of the calls so many are shown by no look-up and no list at first
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    hidden_calls: f64,
    /// Those are hidden for up to so long
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    hidden_calls_for_ms: u64,
    /// No list shows a call before so long after it was made
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    list_lag_ms: u64,
    /// Around so many of the create requests another application calls the same number
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    foreign_calls: f64,
    /// Of the calls so many are said to be canceled and go on
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    false_cancels: f64,
    /// Of the last callbacks so many are late
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    late_truths: f64,
    /// Those are late by so long
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    late_truths_ms: u64,
    /// The price of a call is not known for so long after its end
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    prices_held_for_ms: u64,
    /// Its clock is wrong by so long: the dates of calls and of answers are
    #[arg(
        long,
        value_name = "MILLISECONDS",
        default_value_t = 0,
        allow_negative_numbers = true
    )]
    clock_skew_ms: i64,
    /// Of the callbacks so many are never sent
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    lost_callbacks: f64,
    /// No callback is sent for so long from the start
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    callbacks_lost_for_ms: u64,
    /// Each callback is repeated up to so many times
    #[arg(long, value_name = "TIMES", default_value_t = 0)]
    callback_repetitions: u32,
    /// Each callback waits up to so long, which puts them in random order
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    callback_delay_ms: u64,
    /// So many callbacks come after one with a wrong signature
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    forged_callbacks: f64,
    /// So many requests for a recording's sound, or to delete one, are answered with 503
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    failed_recordings: f64,
    /// Of so many recordings the sound breaks off in the middle
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    cut_recordings: f64,
    /// Of so many recordings half of the sound comes as if it were all
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    halved_recordings: f64,
}

impl Wrong {
    fn faults(&self) -> Result<Faults, Failure> {
        let faults = Faults {
            lost_create_responses: self.lost_create_responses,
            failed_creates: self.failed_creates,
            failed_creates_placed: self.failed_creates_placed,
            refused_creates: self.refused_creates,
            slow_creates: self.slow_creates,
            slow_creates_ms: self.slow_creates_ms,
            failed_look_ups: self.failed_look_ups,
            hidden_calls: self.hidden_calls,
            hidden_calls_for_ms: self.hidden_calls_for_ms,
            list_lag_ms: self.list_lag_ms,
            foreign_calls: self.foreign_calls,
            false_cancels: self.false_cancels,
            late_truths: self.late_truths,
            late_truths_ms: self.late_truths_ms,
            prices_held_for_ms: self.prices_held_for_ms,
            clock_skew_ms: self.clock_skew_ms,
            lost_callbacks: self.lost_callbacks,
            callbacks_lost_for_ms: self.callbacks_lost_for_ms,
            callback_repetitions: self.callback_repetitions,
            callback_delay_ms: self.callback_delay_ms,
            forged_callbacks: self.forged_callbacks,
            failed_recordings: self.failed_recordings,
            cut_recordings: self.cut_recordings,
            halved_recordings: self.halved_recordings,
        };
        match faults.impossible() {
            Some(what) => Err(Failure::new(Exit::Input, what.replace('_', "-"))),
            None => Ok(faults),
        }
    }
}

/// Serves until it is asked to end.
pub(crate) async fn run(args: Args, context: &Context) -> Result<(), Failure> {
    let config = &context.config;
    refuse_remote(args.listen, args.allow_remote)?;
    logging::start(
        &config.log.filter,
        args.log_format.unwrap_or(config.log.format),
    )?;
    let usual = Config::default();
    let numbers = if args.numbers.is_empty() {
        usual.numbers
    } else {
        args.numbers
    };
    let world = Config {
        account: args.account,
        token: args.auth_token,
        api_key: args.api_key,
        numbers,
        verified: args.verified,
        foreign_number: args.foreign_number,
        seed: args.seed,
        cps: args.cps,
        concurrency: args.concurrency,
        requests_per_second: args.requests_per_second,
        speed: args.speed,
        faults: args.wrong.faults()?,
        log: args.log.clone(),
        everyone_answers: args.everyone_answers,
        signalwire: args.signalwire,
        anywhere: args.allow_remote,
    };
    let (account, numbers, seed) = (world.account.clone(), world.numbers.clone(), world.seed);
    let sim = TwilioSim::open(world).map_err(|error| {
        let path = args.log.as_deref().unwrap_or_else(|| "the log".as_ref());
        Failure::of_file(path, &error)
    })?;
    let listener = listen(args.listen).await?;
    let address = listener.local_addr().unwrap_or(args.listen);
    let url = format!("http://{address}");
    context.out.line(format!(
        "The Twilio look-alike is at {url}: account {account}, calls from {}, seed {seed}",
        numbers.join(", ")
    ));
    context.out.document(&json!({
        "url": url, "account": account, "numbers": numbers, "seed": seed, "log": args.log,
    }));
    sim.serve(listener, interrupted())
        .await
        .map_err(|error| Failure::new(Exit::Failed, format!("the look-alike broke: {error}")))
}

fn api_key(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((sid, secret)) if sid.starts_with("SK") && !secret.is_empty() => {
            Ok((sid.to_owned(), secret.to_owned()))
        }
        _ => Err("an API key is written SK…:secret".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_key_has_a_sid_and_a_secret() {
        assert_eq!(api_key("SK1:a:b"), Ok(("SK1".into(), "a:b".into())));
        for wrong in ["SK1", "SK1:", "AC1:a"] {
            assert!(api_key(wrong).is_err(), "{wrong}");
        }
    }
}
