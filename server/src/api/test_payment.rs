//! `POST /api/test-payment/{order_id}`: marks an order paid without Payme, for trying the page. In production it does not
//! exist, not even for an administrator: there only Payme marks orders paid.

use super::body::OrderIdText;
use super::{Shared, body};
use crate::access::MayPretend;
use crate::error::Problem;
use crate::orders::Orders;
use axum::Json;
use axum::extract::State;
use boothpay_protocol::journal::Actor;
use boothpay_protocol::shop::TestPaymentRefusal;
use serde_json::{Value, json};

/// Pays the order, or says why not.
pub(crate) async fn handle(
    State(app): Shared,
    _leave: MayPretend,
    OrderIdText(text): OrderIdText,
) -> Result<Json<Value>, Problem> {
    let id = body::order_id(&text)?;
    let orders = Orders { store: &app.store, clock: &app.clock, settings: &app.settings, actor: Actor::TestPayment };
    match orders.test_payment(id).await? {
        Ok(()) => Ok(Json(json!({ "status": "success", "order_id": text }))),
        Err(refusal @ TestPaymentRefusal::NotFound) => Err(Problem::not_found(refusal.to_string())),
        Err(refusal @ (TestPaymentRefusal::PaymentInProgress | TestPaymentRefusal::Closed(_))) => {
            Err(Problem::conflict(refusal.to_string()))
        }
    }
}
