//! `GET /api/payment-status/{order_id}`: the question that a page asks every three seconds.

use super::Shared;
use super::body::OrderIdText;
use crate::error::Problem;
use crate::net::{self, Kind, Visitor};
use crate::text::visible;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use boothpay_protocol::order::OrderId;
use boothpay_protocol::rows::Needs;
use boothpay_protocol::shop::{self, Standing};
use serde::Serialize;

#[derive(Serialize)]
struct Answer<'a> {
    status: &'a str,
    order_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'a str>,
}

/// The contract's word for where an order stands.
pub(crate) const fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Waiting | Standing::Processing => "pending",
        Standing::Paid => "success",
        Standing::Cancelled => "cancelled",
        Standing::Refunded => "refunded",
        Standing::Expired => "expired",
    }
}

/// Answers from the rows; an id that can be nobody's is simply not found.
pub(crate) async fn handle(
    State(app): Shared,
    visitor: Visitor,
    OrderIdText(text): OrderIdText,
) -> Result<Response, Problem> {
    net::allow(&app, Kind::Status, &visitor)?;
    let rows = match OrderId::parse(&text) {
        Ok(id) => Some(app.store.rows(Needs::order(id)).await?),
        Err(_) => None,
    };
    let Some((order, live)) = rows.and_then(|rows| Some((rows.order?, rows.live))) else {
        let answer = Answer { status: "not_found", order_id: &visible(&text), stage: None };
        return Ok((StatusCode::NOT_FOUND, Json(answer)).into_response());
    };
    let standing = shop::standing(&order, live.as_ref(), app.clock.now());
    let stage = (standing == Standing::Processing).then_some("processing");
    let answer = Answer { status: word(standing), order_id: order.id.as_str(), stage };
    Ok(Json(answer).into_response())
}
