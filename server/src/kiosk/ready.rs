//! `GET /api/booth/ready`: whether the booth can make a print now. No money is asked while it cannot.

use super::orders::Shared;
use crate::app::App;
use crate::error::Problem;
use crate::net::{self, Kind, Visitor};
use crate::printer::trouble::Hindrance;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// Answers; `closed` says in a word why not.
pub(crate) async fn handle(State(app): Shared, visitor: Visitor) -> Result<Json<Value>, Problem> {
    net::allow(&app, Kind::Status, &visitor)?;
    Ok(Json(match hindrance(&app) {
        None => json!({ "ready": true }),
        Some(hindrance) => json!({ "ready": false, "closed": hindrance.kind.word() }),
    }))
}

/// Refuses to sell what cannot be printed.
pub(super) fn must_be(app: &App) -> Result<(), Problem> {
    match hindrance(app) {
        None => Ok(()),
        Some(Hindrance { kind, why }) => {
            let detail = format!("the printer cannot print now, so nothing is sold: {why}");
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).with_closed(kind.word()))
        }
    }
}

fn hindrance(app: &App) -> Option<Hindrance> {
    app.printer.as_ref()?.hindrance(app.clock.now())
}
