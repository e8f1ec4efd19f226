//! `GET /api/session/{id}/events`: a session as it changes, as server-sent events, so that the screen shows a photo when it comes.

use super::super::Shared;
use super::{Key, NoSuccess, shape};
use crate::app::App;
use crate::error::Problem;
use crate::limits::{SESSION_LOOK_PERIOD, STREAM_HEARTBEAT};
use crate::net::{StreamPlace, Visitor};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use boothpay_protocol::photos::{Session, SessionId};
use futures_util::{Stream, stream};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::{broadcast, watch};
use tokio::time::sleep;

/// One page watching one session.
struct Watch {
    app: Arc<App>,
    key: Key,
    changes: broadcast::Receiver<SessionId>,
    stopping: watch::Receiver<bool>,
    /// What was told last.
    version: Option<u32>,
    _place: StreamPlace,
}

/// Sends the session with its photos, without their bytes, now and after each change, until it is over, the page leaves or the
/// program stops.
pub(crate) async fn handle(
    State(app): Shared,
    visitor: Visitor,
    key: Key,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, NoSuccess> {
    key.living(&app).await?;
    let place = app.net.streams.take(&visitor).ok_or_else(|| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many pages are watching; ask every second instead")
    })?;
    let (changes, stopping) = (app.photos.changes(), app.stopping.clone());
    let watch = Watch { app, key, changes, stopping, version: None, _place: place };
    let heartbeat = KeepAlive::new().interval(STREAM_HEARTBEAT).text("alive");
    Ok(Sse::new(stream::unfold(watch, next)).keep_alive(heartbeat))
}

async fn next(mut watch: Watch) -> Option<(Result<Event, Infallible>, Watch)> {
    loop {
        // When it cannot be read now, or is over, the stream ends; the page asks and hears why.
        let session = watch.key.living(&watch.app).await.ok()?;
        if watch.version != Some(session.version) {
            watch.version = Some(session.version);
            let event = Event::default().event("session").json_data(snapshot(&watch.app, &session)).ok()?;
            return Some((Ok(event), watch));
        }
        if !changed(&mut watch).await {
            return None;
        }
    }
}

fn snapshot(app: &App, session: &Session) -> Value {
    let photos =
        |photos: Vec<_>| photos.into_iter().map(|photo| shape::photo(session, photo, None)).collect::<Vec<_>>();
    json!({
        "session": shape::session(app, session, false),
        "photos": photos(session.uploaded()),
        "result": photos(session.result().into_iter().collect()).pop(),
    })
}

/// Waits until it is worth looking again: a change of this process, or a while, because another may have changed it. False when the
/// stream has to end.
async fn changed(watch: &mut Watch) -> bool {
    let pause = sleep(SESSION_LOOK_PERIOD);
    tokio::pin!(pause);
    loop {
        tokio::select! {
            change = watch.changes.recv() => match change {
                Ok(id) if id != watch.key.id => {}
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return true,
                Err(broadcast::error::RecvError::Closed) => return false,
            },
            () = &mut pause => return true,
            _ = watch.stopping.wait_for(|stop| *stop) => return false,
        }
    }
}
