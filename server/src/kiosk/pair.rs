//! `POST /api/booth/pair`: gives the booth's browser its cookie.

use super::orders::Shared;
use crate::access::origin::{Sender, sender};
use crate::access::{self, cookie, pairing};
use crate::api::body;
use crate::error::Problem;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Asked {
    token: Option<String>,
}

/// Pairs a browser of this computer by itself, any other by `api.token`.
pub(crate) async fn handle(State(app): Shared, parts: Parts, request: Body) -> Result<Response, Problem> {
    body::require_json(&parts.headers)?;
    access::refuse_strange_name(&app, &parts)?;
    match sender(&app.settings, &parts.headers) {
        Sender::Nobody | Sender::OwnPage => {}
        Sender::Named => return Err(Problem::forbidden("only the booth's own page is paired")),
        Sender::Elsewhere(origin) => return Err(access::foreign(&app, &origin)),
    }
    let asked: Asked = body::parse(&body::read(request).await?)?;
    let token = match &asked.token {
        None => pairing::pair_itself(&app, &parts),
        Some(given) => pairing::pair_by_token(&app, given),
    };
    let token = token.ok_or_else(|| access::unproven(&app, &parts, access::CURE_FOR_BROWSERS))?;
    let cookie = cookie::set(&parts, token.reveal());
    let cookie = cookie.ok_or_else(|| Problem::bad_request("this browser's address makes no cookie"))?;
    Ok(([(header::SET_COOKIE, cookie)], Json(json!({ "paired": true }))).into_response())
}
