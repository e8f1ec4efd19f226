//! For whoever watches the server: is the program alive, can it take payments?

use super::Shared;
use crate::error::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

/// The program runs. Says nothing about anything else.
pub(crate) async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

/// The database can be written to, and every job runs. A look a second serves all who ask.
pub(crate) async fn ready(State(app): Shared) -> Result<Json<Value>, Problem> {
    let look = || {
        let app = Arc::clone(&app);
        async move { Ok(app.store.probe().await?) }
    };
    if let Some(job) = app.broken_jobs.first() {
        let why = format!("the job \"{job}\" broke off and is about to be started again; the log says more");
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, why));
    }
    app.net.readiness.ask(app.clock.now(), look).await?;
    Ok(Json(json!({ "status": "ready" })))
}
