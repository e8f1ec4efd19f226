//! `GET /api/booth/orders/{order_id}/events`: the order's changes as they happen, as server-sent events.

use super::orders::{current, look};
use crate::access::Asker;
use crate::api::body::OrderIdText;
use crate::app::App;
use crate::error::Problem;
use crate::limits::STREAM_HEARTBEAT;
use crate::net::{StreamPlace, Visitor};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use boothpay_protocol::ledger::order::OrderId;
use futures_util::{Stream, stream};
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::{broadcast, watch};

/// One page watching one order.
struct Watch {
    app: Arc<App>,
    id: OrderId,
    changes: broadcast::Receiver<OrderId>,
    stopping: watch::Receiver<bool>,
    /// The first snapshot is sent without waiting for a change.
    started: bool,
    _place: StreamPlace,
}

/// Sends a snapshot now and after each change, until the page leaves or the program stops.
pub(crate) async fn handle(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    asker: Asker,
    OrderIdText(text): OrderIdText,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let place = app.net.streams.take(&visitor).ok_or_else(|| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many pages are watching; ask every three seconds instead")
    })?;
    // Listening begins before the first look, so that no change falls between the two.
    let changes = app.store.changes();
    let stopping = app.stopping.clone();
    let (id, Json(_)) = look(&app, &visitor, asker, &text).await?;
    let watch = Watch { app, id, changes, stopping, started: false, _place: place };
    let heartbeat = KeepAlive::new().interval(STREAM_HEARTBEAT).text("alive");
    Ok(Sse::new(stream::unfold(watch, next)).keep_alive(heartbeat))
}

async fn next(mut watch: Watch) -> Option<(Result<Event, Infallible>, Watch)> {
    if watch.started && !changed(&mut watch).await {
        return None;
    }
    watch.started = true;
    // When the order cannot be read now, the stream ends; the page connects again and asks meanwhile.
    let snapshot = current(&watch.app, watch.id.clone(), None).await.ok()?;
    let event = Event::default().event("order").json_data(&snapshot.0).ok()?;
    Some((Ok(event), watch))
}

/// Waits for a change of this order; false when the stream has to end.
async fn changed(watch: &mut Watch) -> bool {
    loop {
        tokio::select! {
            change = watch.changes.recv() => match change {
                Ok(id) if id == watch.id => return true,
                Ok(_) => {}
                // Too many changes to follow: look again.
                Err(broadcast::error::RecvError::Lagged(_)) => return true,
                Err(broadcast::error::RecvError::Closed) => return false,
            },
            _ = watch.stopping.wait_for(|stop| *stop) => return false,
        }
    }
}
