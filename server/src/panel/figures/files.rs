//! Files for a spreadsheet: a period's table, and its payments and refunds one by one, which are sent while they are read, however
//! many there are.

use super::super::frame::{Section, Stop};
use super::super::seat::{OwnerSeat, Seat};
use super::{Asked, asked, report};
use crate::app::App;
use crate::exports::{Exporter, Manner};
use crate::sheet::Format;
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use boothpay_store::export::{self, Export, Happened};
use futures_util::{StreamExt, stream};
use std::io::{self, BufWriter, Write};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// Payments are read for so many people at once: each reading keeps a moment of the database from being tidied up.
const READINGS_MAX: usize = 1;
/// Somebody who takes nothing for so long gets no more, so that his reading ends.
const STALL_MAX: Duration = Duration::from_secs(60);
/// Bytes that are sent together.
const CHUNK: usize = 64 * 1024;
/// Chunks that wait for the network.
const CHUNKS_WAITING: usize = 4;

/// Who reads payments now.
pub(in crate::panel) struct Readings(Arc<Semaphore>);

impl Default for Readings {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(READINGS_MAX)))
    }
}

/// A period's table as CSV.
pub(in crate::panel) async fn table(
    State(app): State<Arc<App>>,
    seat: Seat,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Stop> {
    let Some(period) = asked(query, &app) else { return Err(stop(&app, &seat, NO_PERIOD)) };
    let report = report(&app, period).await?;
    Ok(file(&format!("boothpay-{period}.csv"), Format::Csv, report.csv(seat.words().language()).into()))
}

/// A period's payments, as `payments.csv` or `payments.xlsx`, or what went back in it, as `refunds.csv` or `refunds.xlsx`.
pub(in crate::panel) async fn payments(
    State(app): State<Arc<App>>,
    OwnerSeat(seat): OwnerSeat,
    Path(kind): Path<String>,
    address: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Stop> {
    let (name, happened, format) = match kind.as_str() {
        "payments.csv" => ("payments", Happened::Paid, Format::Csv),
        "payments.xlsx" => ("payments", Happened::Paid, Format::Xlsx),
        "refunds.csv" => ("refunds", Happened::WentBack, Format::Csv),
        "refunds.xlsx" => ("refunds", Happened::WentBack, Format::Xlsx),
        _ => return Err(stop(&app, &seat, (StatusCode::NOT_FOUND, "stop.nothing"))),
    };
    let Some(period) = asked(address, &app) else { return Err(stop(&app, &seat, NO_PERIOD)) };
    let Ok(permit) = Arc::clone(&app.panel.readings.0).try_acquire_owned() else {
        return Err(stop(&app, &seat, (StatusCode::SERVICE_UNAVAILABLE, "figures.busy")));
    };
    let name = format!("boothpay-{name}-{period}.{}", format.word());
    let manner = Manner { format, language: seat.words().language(), zone: app.settings.time_zone.clone() };
    let wanted = Export { period: period.instants(&manner.zone), happened };
    let (chunks, mut body) = mpsc::channel(CHUNKS_WAITING);
    let (reader, handle) = (Arc::clone(&app), Handle::current());
    tokio::task::spawn_blocking(move || read(&reader, &wanted, manner, &Chunks { chunks, handle }, permit));
    // Until the first chunk is there, what goes wrong can still be said; after that the file breaks off, which the browser notices.
    let Some(Ok(first)) = body.recv().await else {
        return Err(stop(&app, &seat, (StatusCode::SERVICE_UNAVAILABLE, "figures.unreadable")));
    };
    let first = stream::iter([Ok(first)]);
    let rest = stream::unfold(body, |mut body| async move { Some((body.recv().await?, body)) });
    Ok(file(&name, format, Body::from_stream(first.chain(rest))))
}

/// What a file is not made for: an accountant would take today's for the month that he asked for.
const NO_PERIOD: (StatusCode, &str) = (StatusCode::BAD_REQUEST, "figures.no_period");

/// Why there is no file, as a page.
fn stop(app: &App, seat: &Seat, (status, why): (StatusCode, &'static str)) -> Stop {
    let frame = seat.frame(app, Section::Figures);
    let why = frame.words.t(why);
    frame.stop(status, why)
}

fn file(name: &str, format: Format, body: Body) -> Response {
    let kind = match format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    let mut answer = ([(header::CONTENT_TYPE, kind)], body).into_response();
    // The name has digits, letters, hyphens and a dot.
    if let Ok(shown) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, shown);
    }
    answer
}

/// Reads the payments and sends them. Blocks.
fn read(app: &App, wanted: &Export, manner: Manner, chunks: &Chunks, permit: OwnedSemaphorePermit) {
    let mut has_begun = false;
    let mut exporter = Exporter::new(manner, || {
        // What was sent cannot be taken back.
        if std::mem::replace(&mut has_begun, true) {
            return Err(io::Error::other("the database was opened anew while payments were read"));
        }
        Ok(BufWriter::with_capacity(CHUNK, chunks.clone()))
    });
    let read = export::export(&app.settings.database, wanted, &mut exporter).map_err(|error| error.to_string());
    let done = read.and_then(|()| exporter.finish().map_err(|error| error.to_string()));
    if let Err(error) = done {
        tracing::warn!(%error, "a file of payments for the panel was not finished");
        let broken = chunks.send(Err(io::Error::other(error)));
        // Whoever is gone needs no file.
        drop(broken);
    }
    drop(permit);
}

/// What is written goes to the network in chunks.
#[derive(Clone)]
struct Chunks {
    chunks: mpsc::Sender<io::Result<Bytes>>,
    handle: Handle,
}

impl Chunks {
    fn send(&self, chunk: io::Result<Bytes>) -> io::Result<()> {
        let sent = self.handle.block_on(tokio::time::timeout(STALL_MAX, self.chunks.send(chunk)));
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.send(Ok(Bytes::copy_from_slice(bytes)))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
