//! `POST /api/generate-qr`: stores an order and returns the code that pays it.

use super::{Shared, body};
use crate::error::Problem;
use crate::net::{self, Kind, Visitor};
use crate::orders::Orders;
use crate::qr;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::limits::COPIES_MAX;
use boothpay_protocol::ledger::order::Copies;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::money::Tiyin;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Members stay text, so that an amount is read exactly and a wrong type gets a reason of its own.
#[derive(Deserialize)]
struct Asked<'a> {
    #[serde(borrow)]
    order_id: Option<&'a RawValue>,
    #[serde(borrow, rename = "paymentType")]
    payment_type: Option<&'a RawValue>,
    #[serde(borrow)]
    amount: Option<&'a RawValue>,
    #[serde(borrow)]
    copies: Option<&'a RawValue>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    qr_code: String,
    payme_url: String,
    payment_url: String,
    #[serde(rename = "order_id")]
    order_id: String,
    #[serde(rename = "expires_at")]
    expires_at: i64,
}

/// Answers once the order is stored.
pub(crate) async fn handle(
    State(app): Shared,
    visitor: Visitor,
    headers: HeaderMap,
    request: Body,
) -> Result<Response, Problem> {
    net::allow(&app, Kind::Order, &visitor)?;
    body::require_json(&headers)?;
    let bytes = body::read(request).await?;
    let asked: Asked<'_> = body::parse(&bytes)?;
    let id = body::order_id(&body::text(asked.order_id, "order_id")?)?;
    let chosen = payment_type(asked.payment_type)?;
    let amount = asked.amount.ok_or_else(|| Problem::bad_request("amount is missing"))?;
    let amount = Tiyin::from_soum_text(amount.get()).map_err(|error| Problem::bad_request(error.to_string()))?;
    let copies = copies(asked.copies)?;
    let orders = Orders { store: &app.store, clock: &app.clock, settings: &app.settings, actor: Actor::Api };
    let order = orders
        .offer(id, amount, copies, Some(chosen))
        .await?
        .map_err(|conflict| Problem::conflict(conflict.to_string()))?;
    let link = app.settings.checkout.link(&order.id, order.amount, None);
    let qr_code = qr::data_uri(&link).ok_or_else(|| Problem::bad_request("the link is too long for a code"))?;
    let answer = Answer {
        qr_code,
        payme_url: link.clone(),
        payment_url: link,
        order_id: order.id.to_string(),
        expires_at: order.expires_at.ms(),
    };
    Ok(Json(answer).into_response())
}

/// The provider that `paymentType` names. The test payment is no provider that anybody can choose.
pub(crate) fn payment_type(raw: Option<&RawValue>) -> Result<Provider, Problem> {
    let word = body::text(raw, "paymentType")?;
    match Provider::from_word(&word) {
        Some(Provider::Payme) => Ok(Provider::Payme),
        Some(Provider::Test) | None => Err(Problem::bad_request("paymentType is not known here; possible: payme")),
    }
}

/// The number of copies; one when nothing is said, as the first user's page says nothing.
fn copies(raw: Option<&RawValue>) -> Result<Copies, Problem> {
    let Some(raw) = raw else { return Ok(Copies::ONE) };
    let copies = serde_json::from_str(raw.get()).ok().and_then(|copies| Copies::new(copies).ok());
    copies.ok_or_else(|| Problem::bad_request(format!("copies must be a whole number from 1 to {COPIES_MAX}")))
}
