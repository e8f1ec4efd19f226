//! A body that keeps its last byte back until it is told to let go: how many calls reach a server at one instant.
//!
//! A server cannot begin before it has the whole body. When everything else has gone ahead on open connections, the
//! last bytes need one small packet each, and they all leave together.

use axum::body::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use tokio::sync::Semaphore;

/// What all bodies of one burst wait for.
#[derive(Debug)]
pub struct Gate {
    waiting: AtomicUsize,
    open: Semaphore,
}

impl Gate {
    /// A closed gate.
    pub fn new() -> Arc<Self> {
        Arc::new(Self { waiting: AtomicUsize::new(0), open: Semaphore::new(0) })
    }

    /// How many bodies have been sent but for their last byte.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    /// Lets all of them go.
    pub fn open(&self) {
        self.open.close();
    }
}

type Opened = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A body, whole at once or with its last byte held.
pub enum Sent {
    /// Sent as it is.
    Whole(Full<Bytes>),
    /// The first part, the last byte, and what the last byte waits for.
    Held {
        /// Everything but the last byte, until it has been sent.
        first: Option<Bytes>,
        /// The last byte, until it has been sent.
        last: Option<Bytes>,
        /// The burst that it belongs to.
        gate: Arc<Gate>,
        /// The wait, once it has begun.
        opened: Option<Opened>,
    },
}

impl Sent {
    /// A body for a burst. An empty body has nothing to hold.
    pub fn held(body: Vec<u8>, gate: Arc<Gate>) -> Self {
        let mut first = Bytes::from(body);
        let last = first.split_off(first.len().saturating_sub(1));
        Self::Held { first: Some(first), last: Some(last), gate, opened: None }
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Self::Whole(body) => Pin::new(body).poll_frame(context),
            Self::Held { first, last, gate, opened } => {
                if let Some(first) = first.take().filter(|first| !first.is_empty()) {
                    return Poll::Ready(Some(Ok(Frame::data(first))));
                }
                let wait = opened.get_or_insert_with(|| {
                    gate.waiting.fetch_add(1, Ordering::Release);
                    let gate = Arc::clone(gate);
                    // A semaphore that never gives anything away ends its waiters when it is closed.
                    Box::pin(async move { drop(gate.open.acquire().await) })
                });
                match wait.as_mut().poll(context) {
                    Poll::Pending => Poll::Pending,
                    Poll::Ready(()) => Poll::Ready(last.take().map(|last| Ok(Frame::data(last)))),
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => body.is_end_stream(),
            Self::Held { last, .. } => last.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::Held { first, last, .. } => {
                let length = |part: &Option<Bytes>| part.as_ref().map_or(0, Bytes::len) as u64;
                SizeHint::with_exact(length(first) + length(last))
            }
        }
    }
}
