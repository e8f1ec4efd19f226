//! One connection: what it is waiting for, and since when.
//!
//! All of it is atomic, so that calls pay next to nothing for it; the [`super::door::Door`] looks at it from outside.

use super::address::Address;
use super::door::Door;
use super::head::Head;
use crate::limits::WRITE_BYTES_MIN;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::header;
use hyper::body::{Frame, Incoming, SizeHint};
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The caller is about to send a request: nothing yet, or a part of its head.
    Head,
    /// Between two requests.
    Idle,
    /// A request is being answered.
    Call,
    /// The rest of a body is waited for, or the caller is made to wait.
    Waiting,
    /// The changes of an order are being sent as they happen.
    Stream,
}

impl Phase {
    const fn number(self) -> u64 {
        match self {
            Self::Head => 0,
            Self::Idle => 1,
            Self::Call => 2,
            Self::Waiting => 3,
            Self::Stream => 4,
        }
    }

    const fn of(number: u64) -> Self {
        match number {
            0 => Self::Head,
            1 => Self::Idle,
            2 => Self::Call,
            3 => Self::Waiting,
            _ => Self::Stream,
        }
    }
}

/// What a connection has been asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Finish the call under way and end.
    Finish,
    /// End now.
    Close,
}

const FINISH: u64 = 1;
const CLOSE: u64 = 2;

/// A connection, as the door and the handlers see it. Times are milliseconds since the door was opened.
pub(super) struct Line {
    pub(super) address: Address,
    /// Somebody who proved himself had this address before this connection came.
    pub(super) known: bool,
    door: Option<Arc<Door>>,
    /// The phase in the lowest three bits, above them when it began.
    phase: AtomicU64,
    proven: AtomicBool,
    /// When the other end stopped taking what is sent, plus one; 0 while it takes everything.
    stalled: AtomicU64,
    /// Bytes that it took since.
    taken: AtomicU64,
    order: AtomicU64,
    told: Notify,
    head: Mutex<Head>,
}

impl Line {
    pub(super) fn new(address: Address, known: bool, door: &Arc<Door>, now: u64) -> Self {
        let line = Self { known, door: Some(Arc::clone(door)), ..Self::alone(address) };
        line.enter_at(Phase::Head, now);
        line
    }

    /// A line without a door.
    pub(super) fn alone(address: Address) -> Self {
        Self {
            address,
            known: false,
            door: None,
            phase: AtomicU64::new(0),
            proven: AtomicBool::new(false),
            stalled: AtomicU64::new(0),
            taken: AtomicU64::new(0),
            order: AtomicU64::new(0),
            told: Notify::new(),
            head: Mutex::default(),
        }
    }

    pub(super) fn phase(&self) -> (Phase, u64) {
        let packed = self.phase.load(Ordering::Relaxed);
        (Phase::of(packed & 7), packed >> 3)
    }

    pub(super) fn enter_at(&self, phase: Phase, now: u64) {
        self.phase.store((now << 3) | phase.number(), Ordering::Relaxed);
    }

    pub(super) fn enter(&self, phase: Phase) {
        self.enter_at(phase, self.now());
    }

    /// The head of the request that comes in, or came in last.
    pub(super) fn head(&self) -> MutexGuard<'_, Head> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wait_for_caller(&self) {
        self.enter(Phase::Waiting);
    }

    fn now(&self) -> u64 {
        self.door.as_ref().map_or(0, |door| door.now())
    }

    /// Since when the other end has been taking next to nothing, and how many bytes it took since.
    pub(super) fn stall(&self) -> Option<(u64, u64)> {
        let since = self.stalled.load(Ordering::Relaxed).checked_sub(1)?;
        Some((since, self.taken.load(Ordering::Relaxed)))
    }

    /// The other end takes something again: what it takes from here on decides the next time.
    pub(super) fn restart_stall(&self, now: u64) {
        self.taken.store(0, Ordering::Relaxed);
        self.stalled.store(now.saturating_add(1), Ordering::Relaxed);
    }

    pub(super) fn is_proven(&self) -> bool {
        self.proven.load(Ordering::Relaxed)
    }

    pub(super) fn prove(&self) {
        if !self.is_proven() {
            self.proven.store(true, Ordering::Relaxed);
            if let Some(door) = &self.door {
                door.remember(self.address);
            }
        }
    }

    pub(super) fn tell(&self, order: Order) {
        let order = match order {
            Order::Finish => FINISH,
            Order::Close => CLOSE,
        };
        self.order.fetch_max(order, Ordering::Relaxed);
        self.told.notify_one();
    }

    /// Whether it has been told to end at once.
    pub(super) fn is_closing(&self) -> bool {
        self.order.load(Ordering::Relaxed) == CLOSE
    }

    /// Whether a whole request is being answered to somebody who takes the answer.
    pub(super) fn is_answering(&self) -> bool {
        self.phase().0 == Phase::Call && self.stall().is_none()
    }

    /// Waits for an order.
    pub(super) async fn order(&self) -> Order {
        loop {
            self.told.notified().await;
            match self.order.load(Ordering::Relaxed) {
                0 => {}
                FINISH => return Order::Finish,
                _ => return Order::Close,
            }
        }
    }

    pub(super) fn wrote(&self, asked: usize, outcome: &Poll<io::Result<usize>>) {
        match outcome {
            Poll::Pending if self.stalled.load(Ordering::Relaxed) == 0 => self.restart_stall(self.now()),
            Poll::Ready(Ok(written)) if self.stalled.load(Ordering::Relaxed) != 0 => {
                let written_bytes = u64::try_from(*written).unwrap_or(u64::MAX);
                let taken = self.taken.fetch_add(written_bytes, Ordering::Relaxed).saturating_add(written_bytes);
                if *written == asked || taken >= WRITE_BYTES_MIN {
                    self.stalled.store(0, Ordering::Relaxed);
                }
            }
            Poll::Pending | Poll::Ready(_) => {}
        }
    }
}

/// The socket, with an eye on whether anything comes and goes.
pub(super) struct Wire {
    pub(super) socket: TcpStream,
    pub(super) line: Arc<Line>,
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.socket).poll_read(cx, buffer);
        if buffer.filled().len() > before && self.line.phase().0 == Phase::Idle {
            self.line.enter(Phase::Head);
        }
        read
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.line.wrote(bytes.len(), &outcome);
        outcome
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.socket).poll_write_vectored(cx, slices);
        self.line.wrote(slices.iter().map(|slice| slice.len()).sum(), &outcome);
        outcome
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

/// A request's body on its way in: while it is waited for, the connection may have to go.
pub(super) struct Arriving {
    pub(super) body: Incoming,
    pub(super) line: Arc<Line>,
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        let waiting = self.line.phase().0 == Phase::Waiting;
        match &frame {
            // The time of the whole body counts, however often a little of it comes.
            Poll::Pending if !waiting => self.line.enter(Phase::Waiting),
            Poll::Ready(None | Some(Err(_))) if waiting => self.line.enter(Phase::Call),
            Poll::Ready(Some(Ok(_))) if waiting && self.body.is_end_stream() => self.line.enter(Phase::Call),
            Poll::Pending | Poll::Ready(_) => {}
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer's body on its way out; when it has been handed on, the connection is idle.
pub(super) struct Leaving {
    body: Body,
    line: Arc<Line>,
}

impl Leaving {
    /// Takes an answer's body over.
    pub(super) fn of(answer: axum::response::Response, line: Arc<Line>) -> hyper::Response<Self> {
        let endless = answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        if endless {
            line.enter(Phase::Stream);
        } else if line.phase().0 != Phase::Call {
            line.enter(Phase::Call);
        }
        answer.map(|body| Self { body, line })
    }
}

impl HttpBody for Leaving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        *self.line.head() = Head::default();
        self.line.enter(Phase::Idle);
    }
}
