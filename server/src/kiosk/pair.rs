//! `POST /api/booth/pair`: gives the booth's browser its cookie.

use super::orders::Shared;
use crate::access::origin::{Sender, sender};
use crate::access::{self, cookie, pairing};
use crate::api::body;
use crate::app::App;
use crate::error::Problem;
use crate::net::{self, Kind, Visitor};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use boothpay_protocol::secret::Secret;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

#[derive(Deserialize)]
struct Asked {
    code: Option<String>,
    token: Option<String>,
}

/// Pairs a browser of this computer by itself, any other by a code that works once, or by `api.token`.
pub(crate) async fn handle(State(app): Shared, parts: Parts, request: Body) -> Result<Response, Problem> {
    body::require_json(&parts.headers)?;
    access::refuse_strange_name(&app, &parts)?;
    match sender(&app.settings, &parts.headers) {
        Sender::Nobody | Sender::OwnPage => {}
        Sender::Named => return Err(Problem::forbidden("only the booth's own page is paired")),
        Sender::Elsewhere(origin) => return Err(access::foreign(&app, &origin)),
    }
    let asked: Asked = body::parse(&body::read(&app, request).await?)?;
    let token = match (&asked.code, &asked.token) {
        (Some(code), _) => by_code(&app, &parts, code).await?,
        (None, Some(given)) => pairing::pair_by_token(&app, given),
        (None, None) => pairing::pair_itself(&app, &parts),
    };
    let token = token.ok_or_else(|| access::unproven(&app, &parts, access::CURE_FOR_BROWSERS))?;
    let cookie = cookie::set(&parts, token.reveal());
    let cookie = cookie.ok_or_else(|| Problem::bad_request("this browser's address makes no cookie"))?;
    Ok(([(header::SET_COOKIE, cookie)], Json(json!({ "paired": true }))).into_response())
}

/// Whoever has guessed too often is not heard: each wrong code costs the right one a try, and is a commit.
async fn by_code(app: &Arc<App>, parts: &Parts, code: &str) -> Result<Option<Secret>, Problem> {
    let visitor = Visitor::of(&parts.extensions, &parts.headers);
    net::may(app, Kind::WrongKey, &visitor)?;
    match pairing::pair_by_code(app, code).await? {
        Ok((token, name)) => {
            tracing::info!("a browser at {} is paired now, as {name}", visitor.address);
            Ok(Some(token))
        }
        Err(refusal) => Err(access::unproven(app, parts, &refusal.to_string())),
    }
}
