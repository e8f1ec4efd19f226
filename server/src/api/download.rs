//! `GET /photo/{link}`: the finished picture, for the customer's phone. The link has 128 random bits, leads to nothing else, and ends
//! with the session. Where there is none any more, a browser gets a page in its own language, and a program the problem.

use super::Shared;
use super::body::OrderIdText;
use crate::app::App;
use crate::error::Problem;
use crate::net::{self, Kind, Visitor};
use crate::panel::words::asked_for;
use crate::photos::sheets;
use crate::texts;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use boothpay_protocol::photos::LinkToken;
use serde_json::{Map, Value};

/// What the page may do: it has nothing but its words, and comes whole, because the world may reach nothing else of ours.
const PAGE_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "no-picture.html")]
struct Page {
    lang: &'static str,
    title: String,
    text: String,
    phone: String,
}

/// Answers with the picture.
pub(crate) async fn handle(
    State(app): Shared,
    visitor: Visitor,
    headers: HeaderMap,
    OrderIdText(link): OrderIdText,
) -> Result<Response, Problem> {
    net::allow(&app, Kind::Status, &visitor)?;
    let session = match LinkToken::parse(&link) {
        Some(link) => app.store.session_behind(link).await?,
        None => None,
    };
    let Some(session) = session.filter(|session| !session.is_over(app.clock.now())) else {
        return nothing(&app, &headers, "the picture is deleted, or the link is wrong");
    };
    let bytes = match sheets::sheet_bytes(&app, &session).await {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::warn!(%error, "a picture cannot be taken home now");
            if error.is_gone() {
                return nothing(&app, &headers, "the picture is not there");
            }
            let detail = "the picture cannot be read now; try again later";
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail));
        }
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"photo.jpg\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}

/// There is no picture: who reads it himself gets a page. A link that has ended is told as one that never was.
fn nothing(app: &App, headers: &HeaderMap, detail: &str) -> Result<Response, Problem> {
    let text_of = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if !text_of(header::ACCEPT).is_some_and(|accepted| accepted.contains("text/html")) {
        return Err(Problem::not_found(detail));
    }
    let language = text_of(header::ACCEPT_LANGUAGE).and_then(asked_for).unwrap_or(app.settings.language);
    let all: Map<String, Value> = serde_json::from_str(texts::json(language)).unwrap_or_default();
    let words = |key: &str| all.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let phone = match app.settings.support_phone.as_str() {
        "" => String::new(),
        phone => words("phone").replace("{phone}", phone),
    };
    let page = Page { lang: language.code(), title: words("home.title"), text: words("home.text"), phone };
    let html = page.render().map_err(|_| Problem::not_found(detail))?;
    let headers = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((StatusCode::NOT_FOUND, headers, Html(html)).into_response())
}
