//! Calls of another application on the same account. They stand in every list among ours, and use none of
//! our lines; the truth log marks them.

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::call::Origin;
use crate::dice::Dice;
use crate::line;
use crate::look_alike::LookAlike;
use crate::order::{Order, Source};

/// The longest time after our request at which the other calls, in a call's seconds.
const AFTER: u32 = 30;
/// The longest ringing, in a call's seconds.
const TIMEOUT: u32 = 60;
/// The longest conversation.
const TIME_LIMIT: u32 = 600;

/// Around a request of ours another application calls the number, before or after it, in so many cases.
pub(crate) fn around(world: &Arc<LookAlike>, dice: Dice, share: f64, to: &str) {
    if !dice.of("foreign").chance(share) || to == world.config.foreign_number {
        return;
    }
    if dice.of("foreign before").chance(0.5) {
        return place(world, to);
    }
    let seconds = dice.of("foreign after").unit() * f64::from(AFTER);
    let (world, to) = (Arc::clone(world), to.to_owned());
    tokio::spawn(async move {
        world.tempo.pause(seconds).await;
        place(&world, &to);
    });
}

fn place(world: &Arc<LookAlike>, to: &str) {
    let order = Order {
        to: to.to_owned(),
        from: world.config.foreign_number.clone(),
        source: Source::Inline("<Response><Pause length=\"5\"/></Response>".to_owned()),
        hook: None,
        timeout: TIMEOUT,
        time_limit: TIME_LIMIT,
        detection: None,
        record: None,
        send_digits: None,
        reason: None,
        trunk: None,
    };
    let (sid, redirects) = world.add(order, Origin::Foreign);
    // It does not wait in our queue.
    let (turn, its_turn) = oneshot::channel();
    let _ = turn.send(());
    tokio::spawn(line::live(Arc::clone(world), sid, redirects, its_turn));
}
