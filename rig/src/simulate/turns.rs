//! Several futures in one task, each polled when it was woken, in the order of their seats.
//!
//! As tasks of their own they would be repeatable too, but for one thing: tokio wakes the waiters of a change
//! in random order.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// A future, and whether it was woken.
struct Seat<F> {
    life: Pin<Box<F>>,
    bell: Arc<Bell>,
}

/// Wakes one future, and the task that polls them all.
struct Bell {
    rung: AtomicBool,
    all: Mutex<Option<Waker>>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Ordering::Release);
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waker) = all.as_ref() {
            waker.wake_by_ref();
        }
    }
}

/// Ends when every future has ended.
pub(super) struct Turns<F>(Vec<Seat<F>>);

impl<F> Turns<F> {
    pub(super) fn of(lives: impl Iterator<Item = F>) -> Self {
        let seat = |life| Seat {
            life: Box::pin(life),
            bell: Arc::new(Bell {
                rung: AtomicBool::new(true),
                all: Mutex::default(),
            }),
        };
        Self(lives.map(seat).collect())
    }
}

impl<F: Future<Output = ()>> Future for Turns<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.retain_mut(|seat| {
            let mut all = seat.bell.all.lock().unwrap_or_else(PoisonError::into_inner);
            all.get_or_insert_with(|| cx.waker().clone())
                .clone_from(cx.waker());
            drop(all);
            if !seat.bell.rung.swap(false, Ordering::AcqRel) {
                return true;
            }
            let waker = Waker::from(Arc::clone(&seat.bell));
            seat.life
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        });
        if self.0.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}
