//! `GET /api/booth/idle`: whether nobody stands at the booth's screens, so that a browser may be started anew.
//!
//! A page with somebody in front of it asks for things, or watches his order as long as he pays and waits for his prints. One that does
//! neither has gone back to its first picture by itself, or is dead: starting it anew takes nothing from anybody.

use super::orders::Shared;
use crate::app::App;
use crate::error::Problem;
use crate::limits::SCREEN_LEFT;
use crate::net::{self, Kind, Visitor};
use axum::Json;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use boothpay_protocol::time::SpanMs;
use serde_json::{Value, json};

/// Answers.
pub(crate) async fn handle(State(app): Shared, visitor: Visitor) -> Result<Json<Value>, Problem> {
    net::allow(&app, Kind::Status, &visitor)?;
    Ok(Json(json!({ "idle": is_idle(&app) })))
}

/// Of the routes that a page asks only for the person in front of it.
pub(crate) async fn note(State(app): Shared, request: Request, next: Next) -> Response {
    app.condition.screens.use_one(app.clock.now());
    next.run(request).await
}

fn is_idle(app: &App) -> bool {
    let now = app.clock.now();
    if app.net.streams.count() > 0 {
        // Whose order is no longer watched has not gone yet.
        app.condition.screens.use_one(now);
    }
    // Who used a screen before this program started may stand there still.
    let used = app.condition.screens.used().unwrap_or(app.inspector.since);
    used.plus(SpanMs::seconds(app.settings.idle_seconds)).plus(SCREEN_LEFT) <= now
}
