//! `GET /photo/{link}`: the finished picture, for the customer's phone. The link has 128 random bits, leads to nothing else, and ends
//! with the session.

use super::Shared;
use super::body::OrderIdText;
use crate::error::Problem;
use crate::net::{self, Kind, Visitor};
use crate::photos::sheets;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use boothpay_protocol::photos::LinkToken;

/// Answers with the picture.
pub(crate) async fn handle(
    State(app): Shared,
    visitor: Visitor,
    OrderIdText(link): OrderIdText,
) -> Result<Response, Problem> {
    net::allow(&app, Kind::Status, &visitor)?;
    let session = match LinkToken::parse(&link) {
        Some(link) => app.store.session_behind(link).await?,
        None => None,
    };
    let session = session.filter(|session| !session.is_over(app.clock.now()));
    let Some(session) = session else {
        return Err(Problem::not_found(
            "Rasm oʻchirilgan yoki havola notoʻgʻri. Снимок удалён, или ссылка неверна. The picture is deleted, or the link is wrong.",
        ));
    };
    let bytes = sheets::sheet_bytes(&app, &session).await.map_err(|error| {
        tracing::warn!(%error, "a picture cannot be taken home now");
        if error.is_gone() {
            return Problem::not_found("the picture is not there");
        }
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the picture cannot be read now; try again later")
    })?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"photo.jpg\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}
