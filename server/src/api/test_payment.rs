//! `POST /api/test-payment/{order_id}`: marks an order paid without Payme, for trying the page. In production it does not
//! exist, not even for an administrator: there only Payme marks orders paid.

use super::body::OrderIdText;
use super::{Shared, body};
use crate::config::Mode;
use crate::error::Problem;
use crate::orders::Orders;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::shop::TestPaymentRefusal;
use serde_json::{Value, json};

/// Pays the order, or says why not.
pub(crate) async fn handle(
    State(app): Shared,
    headers: HeaderMap,
    OrderIdText(text): OrderIdText,
) -> Result<Json<Value>, Problem> {
    match app.settings.mode {
        Mode::Production => return Err(Problem::not_found("test payments do not exist in production")),
        Mode::Development | Mode::Demo => {}
    }
    body::refuse_foreign_page(&headers, &app.settings.cors_origins)?;
    let id = body::order_id(&text)?;
    let orders = Orders { store: &app.store, clock: &app.clock, settings: &app.settings, actor: Actor::TEST_PAYMENT };
    match orders.test_payment(id).await? {
        Ok(()) => Ok(Json(json!({ "status": "success", "order_id": text }))),
        Err(refusal @ TestPaymentRefusal::NotFound) => Err(Problem::not_found(refusal.to_string())),
        Err(refusal @ (TestPaymentRefusal::PaymentInProgress | TestPaymentRefusal::Closed(_))) => {
            Err(Problem::conflict(refusal.to_string()))
        }
    }
}
