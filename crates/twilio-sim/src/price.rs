//! What a call costs, and from when on the API tells it: a rate for each number called, by the seed, for every
//! minute of conversation that has begun. As with Twilio, what is charged is below zero, and what was not
//! answered has no price.

use std::sync::atomic::Ordering;

use crate::call::{Call, Status};
use crate::look_alike::LookAlike;
use crate::tempo::Tempo;

/// How long after its end the price of a call is not known, in the call's own seconds.
const SETTLING: f64 = 60.0;
/// The lowest rate, and how many others there are, in hundred-thousandths of a dollar.
const LOWEST: u64 = 850;
const RATES: u64 = 1_000;
/// Hundred-thousandths of a dollar.
const PARTS: u64 = 100_000;

/// The price as the API writes it; `None` while it is not known.
pub(crate) fn price(world: &LookAlike, call: &Call) -> Option<String> {
    let ended = call.ended.filter(|_| call.status == Status::Completed)?;
    let held_for = world.prices_held.load(Ordering::Relaxed);
    let now = Tempo::now();
    let is_known = Tempo::new(world.config.speed).seconds(ended, now) >= SETTLING
        && now >= ended.saturating_add(held_for);
    is_known.then(|| {
        let rate = LOWEST + world.dice.of("rate").of(&call.order.to).below(RATES);
        let cost = rate * call.duration.div_ceil(60).max(1);
        format!("-{}.{:05}", cost / PARTS, cost % PARTS)
    })
}
