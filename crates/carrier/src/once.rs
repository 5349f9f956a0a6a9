//! The body of a create request: let go once at most, never after its deadline, and with an answer
//! to the question whether it was.
//!
//! A request without its body is none: a server that got only the head has nothing to carry out. So
//! the deadline is checked where the HTTP library asks for the body, in the same step in which it
//! writes it to the socket, and after any waiting for a connection. To give a request up is to take
//! the body back, which says whether that was in time.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

const KEPT: u8 = 0;
const GONE: u8 = 1;
const TOO_LATE: u8 = 2;
const TAKEN_BACK: u8 = 3;

/// The body, for the HTTP library.
pub(crate) struct Once {
    bytes: Bytes,
    state: Arc<AtomicU8>,
    may_leave: Box<dyn Fn() -> bool + Send + Sync>,
}

/// The same body, for the sender.
pub(crate) struct Hold(Arc<AtomicU8>);

/// What became of a body when its sender gave the request up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It was let go, and may have reached the carrier.
    Gone,
    /// It was asked for after its deadline, and kept.
    TooLate,
    /// It was not asked for, and will not be given away.
    Kept,
}

/// Why the body was not let go.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the request was not sent")]
pub(crate) struct NotSent;

impl Once {
    /// A body that is let go while `may_leave` says so.
    pub(crate) fn new(
        bytes: Vec<u8>,
        may_leave: impl Fn() -> bool + Send + Sync + 'static,
    ) -> (Self, Hold) {
        let state = Arc::new(AtomicU8::new(KEPT));
        let body = Self {
            bytes: bytes.into(),
            state: Arc::clone(&state),
            may_leave: Box::new(may_leave),
        };
        (body, Hold(state))
    }

    /// Gives it to this caller alone, if it was not given away or taken back before.
    fn let_go(&self) -> Result<(), NotSent> {
        let first = self
            .state
            .compare_exchange(KEPT, GONE, Ordering::AcqRel, Ordering::Acquire);
        if first.is_err() {
            return Err(NotSent);
        }
        if (self.may_leave)() {
            return Ok(());
        }
        self.state.store(TOO_LATE, Ordering::Release);
        Err(NotSent)
    }
}

impl Hold {
    /// Takes the body back, if it is still there.
    pub(crate) fn take_back(&self) -> Fate {
        let taken = self
            .0
            .compare_exchange(KEPT, TAKEN_BACK, Ordering::AcqRel, Ordering::Acquire);
        match taken {
            Ok(_) | Err(TAKEN_BACK) => Fate::Kept,
            Err(TOO_LATE) => Fate::TooLate,
            Err(_) => Fate::Gone,
        }
    }
}

impl Body for Once {
    type Data = Bytes;
    type Error = NotSent;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, NotSent>>> {
        if self.bytes.is_empty() {
            return Poll::Ready(None);
        }
        let bytes = std::mem::take(&mut self.bytes);
        Poll::Ready(Some(self.let_go().map(|()| Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn ask(body: &mut Once) -> Option<Result<Bytes, NotSent>> {
        let mut context = Context::from_waker(Waker::noop());
        match Pin::new(body).poll_frame(&mut context) {
            Poll::Ready(frame) => frame.map(|frame| frame.map(|it| it.into_data().unwrap())),
            Poll::Pending => panic!("a body never waits"),
        }
    }

    #[test]
    fn a_body_is_let_go_once() {
        let (mut body, hold) = Once::new(b"call".to_vec(), || true);
        assert_eq!(ask(&mut body).unwrap().unwrap(), "call");
        assert!(ask(&mut body).is_none());
        assert_eq!(hold.take_back(), Fate::Gone);
    }

    #[test]
    fn a_body_is_not_let_go_after_its_deadline() {
        let (mut body, hold) = Once::new(b"call".to_vec(), || false);
        assert!(ask(&mut body).unwrap().is_err());
        assert_eq!(hold.take_back(), Fate::TooLate);
    }

    #[test]
    fn a_body_that_was_taken_back_stays_back() {
        let (mut body, hold) = Once::new(b"call".to_vec(), || true);
        assert_eq!(hold.take_back(), Fate::Kept);
        assert!(ask(&mut body).unwrap().is_err());
        assert_eq!(hold.take_back(), Fate::Kept);
    }
}
