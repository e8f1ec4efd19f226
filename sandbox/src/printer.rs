//! A photo printer that is not there, for tests and demonstrations: it speaks IPP (RFC 8010, RFC 8011), or stands behind the spooler of
//! Windows, takes its time for each sheet, and has the faults that printers have.
//!
//! What it does with its next jobs is told by [`FakePrinter::will`]; the sheets that came out are counted by it alone, so a test can hold
//! them against what was paid.

mod machine;
mod spooler;
mod wire;

pub use machine::Act;
pub use spooler::Windows;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use machine::Machine;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::time::sleep;

/// Bytes of a call: a picture of a whole sheet has a few MiB.
const CALL_BYTES_MAX: usize = 64 * 1024 * 1024;

/// How often a silent printer looks whether it may speak again.
const SILENT_PERIOD: Duration = Duration::from_millis(50);

/// A printer. Clones are the same one.
#[derive(Clone)]
pub struct FakePrinter(Arc<Mutex<Machine>>);

impl FakePrinter {
    /// One that takes `pace` for a sheet. What comes out of it is laid into `folder`, if there is one.
    pub fn new(pace: Duration, folder: Option<PathBuf>) -> Self {
        Self(Arc::new(Mutex::new(Machine::new(pace, folder))))
    }

    /// What it does with its next jobs, one after the other; with all that follow it prints.
    pub fn will(&self, acts: impl IntoIterator<Item = Act>) {
        self.machine().acts.extend(acts);
    }

    /// What it says of itself besides, for instance `media-empty-error`.
    pub fn says(&self, reasons: &[&str]) {
        self.machine().said = reasons.iter().map(|&reason| reason.to_owned()).collect();
    }

    /// Answers nothing for so long, as if its power were gone. Jobs stay in it.
    pub fn is_silent_for(&self, time: Duration) {
        self.machine().silent_until = Instant::now().checked_add(time);
    }

    /// Answers again.
    pub fn speaks(&self) {
        self.machine().speak(Instant::now());
    }

    /// It tells how many sheets are left, as drivers of photo printers do, of a roll of so many; with each sheet one less.
    pub fn has_left(&self, sheets: u32) {
        self.machine().left = Some(sheets);
    }

    /// From now on it answers and prints, whatever was wrong or was to become so.
    pub fn is_mended(&self) {
        let mut machine = self.machine();
        machine.acts.clear();
        machine.said.clear();
        machine.speak(Instant::now());
        machine.refill(Instant::now());
    }

    /// It lists no jobs any more, and knows none again: no printer of which it can be known what it did.
    pub fn is_forgetful(&self) {
        self.machine().is_forgetful = true;
    }

    /// It is a queue of CUPS in front of a printer: what it says when it prints nothing is what it heard at its last print.
    pub fn is_a_queue(&self) {
        self.machine().is_queue = true;
    }

    /// It tells everybody how it is, and takes prints only of those who have a password; or of everybody.
    pub fn wants_password(&self, wants: bool) {
        self.machine().wants_password = wants;
    }

    /// It answers nobody without a password any more, whatever is asked, and goes on with what is in it; or answers everybody again.
    pub fn locks_out(&self, does: bool) {
        self.machine().locks_out = does;
    }

    /// Somebody puts paper in: what waits for it goes on.
    pub fn is_refilled(&self) {
        self.machine().refill(Instant::now());
    }

    /// The names of the jobs whose sheets came out, in their order.
    pub fn sheets(&self) -> Vec<String> {
        let mut machine = self.machine();
        machine.go_on(Instant::now());
        machine.sheets.clone()
    }

    /// How many jobs are in it that are not over.
    pub fn waiting(&self) -> usize {
        let mut machine = self.machine();
        machine.go_on(Instant::now());
        machine.jobs.iter().filter(|job| !job.state.is_over()).count()
    }

    /// Takes calls of IPP, at any path, until the program ends.
    pub async fn serve(self, listener: TcpListener) -> io::Result<()> {
        let limit = DefaultBodyLimit::max(CALL_BYTES_MAX);
        axum::serve(listener, Router::new().fallback(post(answer)).layer(limit).with_state(self)).await
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers a call, when it speaks.
async fn answer(State(printer): State<FakePrinter>, call: Bytes) -> Response {
    hold_while_silent(&printer).await;
    let answered = wire::answer(&mut printer.machine(), call, Instant::now());
    // A job can make it fall silent before it has answered.
    hold_while_silent(&printer).await;
    let bytes = match answered {
        wire::Answer::Unauthorised => return StatusCode::UNAUTHORIZED.into_response(),
        wire::Answer::Whole(bytes) => bytes,
        // A part of an answer is no answer: the job may have been taken all the same.
        wire::Answer::Half(bytes) => bytes.slice(..bytes.len() / 2),
    };
    ([(CONTENT_TYPE, "application/ipp")], Body::from(bytes)).into_response()
}

async fn hold_while_silent(printer: &FakePrinter) {
    while printer.machine().is_silent(Instant::now()) {
        sleep(SILENT_PERIOD).await;
    }
}
