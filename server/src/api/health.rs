//! For whoever watches the server: is the program alive, can it take payments?

use super::Shared;
use crate::error::Problem;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

/// The program runs. Says nothing about anything else.
pub(crate) async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

/// The database can be written to.
pub(crate) async fn ready(State(app): Shared) -> Result<Json<Value>, Problem> {
    app.store.probe().await?;
    Ok(Json(json!({ "status": "ready" })))
}
