//! `GET /api/payment-status/{order_id}`: the question that a page asks every three seconds.

use super::Shared;
use super::body::OrderIdText;
use super::first_page::Fields;
use crate::access::Asker;
use crate::error::Problem;
use crate::net::{Kind, Visitor};
use crate::text::visible;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::shop::{self, Progress};
use serde::Serialize;

#[derive(Serialize)]
struct Answer<'a> {
    status: &'a str,
    order_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'a str>,
    /// How far its prints are, and how many are out, where print jobs make them.
    #[serde(skip_serializing_if = "Option::is_none")]
    print: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    copies_printed: Option<u16>,
    /// The first user's page reads these as well.
    #[serde(flatten)]
    fields: Option<Fields>,
}

/// The contract's word for how far an order is.
pub(crate) const fn word(progress: Progress) -> &'static str {
    match progress {
        Progress::Waiting | Progress::Processing => "pending",
        Progress::Paid => "success",
        Progress::Cancelled => "cancelled",
        Progress::Refunded => "refunded",
        Progress::Expired => "expired",
    }
}

/// Answers from the rows; an id that can be nobody's is simply not found.
pub(crate) async fn handle(
    State(app): Shared,
    visitor: Visitor,
    asker: Asker,
    OrderIdText(text): OrderIdText,
) -> Result<Response, Problem> {
    asker.count(&app, &visitor, Kind::Status)?;
    let rows = match OrderId::parse(&text) {
        Ok(id) => Some(app.store.rows(Needs::order(id)).await?),
        Err(_) => None,
    };
    let found = rows.and_then(|rows| Some((rows.order?, rows.order_number, rows.holder)));
    let Some((order, number, holder)) = found else {
        let order_id = &visible(&text);
        let (stage, print, copies_printed, fields) = (None, None, None, None);
        let answer = Answer { status: "not_found", order_id, stage, print, copies_printed, fields };
        return Ok((StatusCode::NOT_FOUND, Json(answer)).into_response());
    };
    let progress = shop::progress(&order, holder.as_ref(), app.clock.now());
    if progress == Progress::Paid {
        app.condition.screens.told_paid(&order.id);
    }
    let stage = (progress == Progress::Processing).then_some("processing");
    let fields = Some(Fields::read(&app, number, &order, holder).await?);
    let (print, copies_printed) = (order.printing.map(|it| it.state.word()), order.printing.map(|it| it.done));
    let (status, order_id) = (word(progress), order.id.as_str());
    let answer = Answer { status, order_id, stage, print, copies_printed, fields };
    Ok(Json(answer).into_response())
}
