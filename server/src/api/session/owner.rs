//! `GET /api/sessions/list` and `POST /api/sessions/cleanup`: the owner's alone.

use super::super::Shared;
use super::{NoSuccess, shape};
use crate::access::Owner;
use crate::jobs;
use crate::limits::SESSIONS_LISTED_MAX;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

/// The sessions, newest first; nobody's photos are in it.
pub(crate) async fn list(State(app): Shared, _owner: Owner) -> Result<Json<Value>, NoSuccess> {
    let sessions = app.store.sessions(SESSIONS_LISTED_MAX).await?;
    let shapes: Vec<Value> = sessions.iter().map(|session| shape::session(&app, session, false)).collect();
    Ok(Json(json!({ "success": true, "total": shapes.len(), "sessions": shapes })))
}

/// Ends what is over at once, and says how many sessions that were; the server does so by itself every few seconds.
pub(crate) async fn cleanup(State(app): Shared, _owner: Owner) -> Result<Json<Value>, NoSuccess> {
    let ended = jobs::photos::once(&app).await?;
    Ok(Json(json!({ "success": true, "deleted": ended, "message": format!("{ended} sessions were over") })))
}
