//! A process that may stall and may crash: a future that is not polled for a while, or is dropped.
//!
//! A crash falls on a poll, not on an instant: between any two awaits of the engine, including durable writes
//! and requests to the carrier.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use rand::{Rng, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use ringonce_domain::Millis;

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It crashed.
    Crashed,
    /// It returned by itself.
    Returned,
}

/// Drives a process until it crashes or returns; it stalls now and then on the way.
pub(super) struct Unsteady<F> {
    process: Pin<Box<F>>,
    polls_left: u64,
    stall_at: Option<u64>,
    stall: Option<Pin<Box<tokio::time::Sleep>>>,
    stall_for: Duration,
    pub(super) stalled: bool,
}

impl<F: Future<Output = ()>> Unsteady<F> {
    /// A process of up to `polls` polls, drawn from `seed`, among others whose leases last for `lease`; it
    /// begins at once.
    pub(super) fn new(process: F, polls: u64, lease: Millis, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let polls_left = rng.random_range(1..=polls.max(1));
        let stall_at = rng
            .random_bool(0.4)
            .then(|| rng.random_range(0..polls_left));
        Self {
            process: Box::pin(process),
            polls_left,
            stall_at,
            stall: None,
            stall_for: stall_length(lease, &mut rng),
            stalled: false,
        }
    }
}

/// From a moment to longer than every lease, deadline and time-out.
pub(super) fn stall_length(lease: Millis, rng: &mut impl Rng) -> Duration {
    let longest = [2_000, 60_000, 900_000, 3 * lease.get()][rng.random_range(0..4_usize)];
    Duration::from_millis(rng.random_range(1..longest))
}

impl<F: Future<Output = ()>> Future for Unsteady<F> {
    type Output = End;

    #[expect(
        clippy::disallowed_methods,
        reason = "a stall is part of the world, not of the engine"
    )]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<End> {
        if let Some(stall) = &mut self.stall {
            if stall.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.stall = None;
        }
        if self.polls_left == 0 {
            return Poll::Ready(End::Crashed);
        }
        self.polls_left -= 1;
        if self.stall_at == Some(self.polls_left) {
            self.stall_at = None;
            self.stalled = true;
            self.stall = Some(Box::pin(tokio::time::sleep(self.stall_for)));
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.process.as_mut().poll(cx).map(|()| End::Returned)
    }
}
