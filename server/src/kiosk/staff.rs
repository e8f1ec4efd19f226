//! UzQR at the booth: the customer says that he has paid, and staff confirm it with a PIN.

use super::orders::{Answer, Shared, at_booth, conflict, current, meant_here};
use crate::access::AtBooth;
use crate::api::body::{self, OrderIdText};
use crate::app::App;
use crate::error::Problem;
use crate::net::Visitor;
use crate::outgoing::bank_code::{BankCode, Standing};
use crate::{staff, story};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::staff::{PIN_DIGITS, StaffRefusal};
use boothpay_protocol::uzqr::{ConfirmRefusal, ReportRefusal};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
struct Typed {
    pin: Option<String>,
}

/// `POST /api/booth/orders/{order_id}/report-paid`
pub(crate) async fn report_paid(
    State(app): Shared,
    leave: AtBooth,
    visitor: Visitor,
    headers: HeaderMap,
    OrderIdText(text): OrderIdText,
) -> Answer {
    leave.count(&app, &visitor)?;
    body::require_json(&headers)?;
    bank(&app)?;
    let id = meant_here(&app, &text).await?;
    match at_booth(&app).report_paid(id.clone()).await? {
        Ok(()) => current(&app, id, None).await,
        Err(refusal @ ReportRefusal::NotFound) => Err(Problem::not_found(refusal.to_string())),
        Err(refusal @ (ReportRefusal::Busy | ReportRefusal::Refunded)) => {
            Err(conflict(&app, id, refusal.to_string()).await)
        }
    }
}

/// `POST /api/booth/orders/{order_id}/confirm`. A wrong PIN is a 403, not a 401: the browser is paired all the same.
pub(crate) async fn confirm(
    State(app): Shared,
    _leave: AtBooth,
    headers: HeaderMap,
    OrderIdText(text): OrderIdText,
    request: Body,
) -> Answer {
    body::require_json(&headers)?;
    let bank = bank(&app)?;
    let id = meant_here(&app, &text).await?;
    let pin = pin(&app, request).await?;
    ask(&app, bank.as_ref(), &id).await?;
    match staff::confirm(&app, id.clone(), pin).await? {
        Ok(()) => current(&app, id, None).await,
        Err(refusal) => {
            story::uzqr::tell_refusal(&app, &id, refusal);
            Err(match refusal {
                StaffRefusal::Order(ConfirmRefusal::Busy(_) | ConfirmRefusal::Paid(_) | ConfirmRefusal::Refunded) => {
                    conflict(&app, id, refusal.to_string()).await
                }
                StaffRefusal::Order(ConfirmRefusal::NotFound) => Problem::not_found(refusal.to_string()),
                StaffRefusal::Wrong | StaffRefusal::TooOften(_) | StaffRefusal::NoPin | StaffRefusal::Unreadable => {
                    refused(refusal)
                }
            })
        }
    }
}

/// A PIN as it was typed. What could be none costs no try.
pub(crate) async fn pin(app: &App, request: Body) -> Result<String, Problem> {
    let typed: Typed = body::parse(&body::read(app, request).await?)?;
    typed.pin.filter(|pin| staff::could_be_a_pin(pin)).ok_or_else(|| {
        let (fewest, most) = (PIN_DIGITS.start(), PIN_DIGITS.end());
        Problem::bad_request(format!("pin must be a text of {fewest} to {most} digits"))
    })
}

/// Why a PIN does nothing, as the page is told. A wrong one is a 403, not a 401: the browser is paired all the same.
pub(crate) fn refused(refusal: StaffRefusal) -> Problem {
    let detail = refusal.to_string();
    match refusal {
        StaffRefusal::Wrong => Problem::forbidden(detail),
        StaffRefusal::TooOften(seconds) => Problem::too_often(detail, seconds),
        StaffRefusal::NoPin => Problem::new(StatusCode::PRECONDITION_FAILED, detail),
        StaffRefusal::Unreadable | StaffRefusal::Order(_) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail),
    }
}

/// A bank that can say how an order stands is asked first: nobody confirms what it knows to be unpaid.
async fn ask(app: &App, bank: &dyn BankCode, id: &OrderId) -> Result<(), Problem> {
    let rows = app.store.rows(Needs::order(id.clone())).await?;
    let order = rows.order.ok_or_else(|| Problem::not_found("there is no such order"))?;
    match bank.status(&order).await {
        Ok(Standing::Unpaid) => Err(conflict(app, id.clone(), "the bank says that it is not paid".to_owned()).await),
        // Without an answer, a person who has seen the money knows more.
        Ok(Standing::Paid | Standing::AskAPerson) | Err(_) => Ok(()),
    }
}

/// Has the bank make the code of a closed order void, where it was to be paid by UzQR and the bank can. What comes all the same is
/// for staff to confirm.
pub(super) async fn void_code(app: &App, id: &OrderId) -> Result<(), Problem> {
    let Some(bank) = &app.bank else { return Ok(()) };
    let order = app.store.rows(Needs::order(id.clone())).await?.order;
    let Some(order) = order.filter(|order| order.chosen == Some(Provider::Uzqr)) else { return Ok(()) };
    if let Err(error) = bank.cancel(&order).await {
        tracing::warn!(%error, order = %id, "order {id}: the bank did not say whether its code can still be paid: {error}");
    }
    Ok(())
}

fn bank(app: &App) -> Result<&Arc<dyn BankCode>, Problem> {
    app.bank
        .as_ref()
        .ok_or_else(|| Problem::not_found("UzQR is not set up here: its settings are in [uzqr] of boothpay.toml"))
}
