//! `POST /api/test-payment/{order_id}`: marks an order paid without Payme, for trying the page. In production it does not
//! exist, not even for an administrator: there only a wallet marks orders paid.

use super::body::OrderIdText;
use super::first_page::{Fields, Payment};
use super::{Shared, body};
use crate::access::MayPretend;
use crate::config::Mode;
use crate::error::Problem;
use crate::orders::Orders;
use axum::Json;
use axum::extract::State;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::shop::TestPaymentRefusal;
use serde_json::{Value, json};
use std::sync::Arc;

/// Pays the order, or says why not.
pub(crate) async fn handle(
    State(app): Shared,
    _leave: MayPretend,
    OrderIdText(text): OrderIdText,
) -> Result<Json<Value>, Problem> {
    let id = body::order_id(&text)?;
    let orders = Orders { store: &app.store, clock: &app.clock, settings: &app.settings, actor: Actor::TEST_PAYMENT };
    // A wallet that is connected in this moment ends all pretending.
    let in_force = Arc::clone(&app);
    let is_allowed = move || in_force.settings.mode != Mode::Production;
    match orders.test_payment(id.clone(), is_allowed).await? {
        Ok(()) => {
            let rows = app.store.rows(Needs::order(id)).await?;
            let order = rows.order.ok_or_else(|| Problem::not_found(TestPaymentRefusal::NotFound.to_string()))?;
            let fields = Fields::read(&app, rows.order_number, &order, rows.holder).await?;
            let payment = Payment::new(&order, fields);
            let message = "the order is paid, without money";
            Ok(Json(json!({ "status": "ok", "message": message, "order_id": text, "payment": payment })))
        }
        Err(refusal @ TestPaymentRefusal::NotFound) => Err(Problem::not_found(refusal.to_string())),
        Err(refusal @ (TestPaymentRefusal::PaymentInProgress | TestPaymentRefusal::Closed(_))) => {
            Err(Problem::conflict(refusal.to_string()))
        }
    }
}
