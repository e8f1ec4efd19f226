//! Uzum's codes on the screen: one is made when an order is to be paid by Uzum, and stays as long as it can be paid. What becomes of
//! it is watched by a task (`jobs/uzum_code.rs`).

use crate::app::App;
use crate::error::Problem;
use crate::letters;
use crate::outgoing::uzum_qr::UzumQr;
use crate::story;
use axum::http::StatusCode;
use boothpay_protocol::ledger::holder::NotPayable;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::uzum_qr::{self, Code, NotShown, code_id};
use boothpay_store::StoreError;

/// Letters behind the order's number in a code's: 31 to the eighth power are too many to meet the same twice.
const CODE_LETTERS: usize = 8;

/// Makes sure that an order which is to be paid by one of Uzum's codes has one. The answer is what it says; `None` where the order
/// is to be paid in another way, or cannot be paid now.
pub(crate) async fn make_sure(app: &App, order_id: &OrderId) -> Result<Option<String>, Problem> {
    let Some(settings) = &app.settings.uzum_qr else { return Ok(None) };
    let rows = app.store.rows(Needs::order(order_id.clone())).await?;
    let order = rows.order.as_ref().filter(|order| app.settings.way_of(order) == Some(Provider::UzumQr));
    let Some(order) = order else { return Ok(None) };
    let now = app.clock.now();
    if let Some(link) = uzum_qr::still_shown(&rows, now) {
        return Ok(Some(link));
    }
    let id = code_id(order_id, &letters::draw(CODE_LETTERS)?).ok_or(StoreError::Bug)?;
    // Uzum is not asked for a code that could not be shown.
    let trial = Code { id: id.clone(), link: String::new() };
    if uzum_qr::show(&trial, &rows, now, &app.settings.rules()).reply.is_err() {
        return Ok(None);
    }
    let uzum = UzumQr { caller: &app.caller, settings, clock: &app.clock };
    let link = uzum.create(&id, order.amount).await.map_err(|why| {
        tracing::warn!(order = %order_id, "order {order_id}: Uzum makes no code for it: {why}");
        let detail = "Uzum makes no code now; try again, or choose another way to pay";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).with_wallet(Provider::UzumQr)
    })?;
    let (code, needs) = (Code { id, link }, Needs::order(order_id.clone()));
    let (rules, now) = (app.settings.rules(), app.clock.now());
    let by = Actor::Provider { provider: Provider::UzumQr, proven: true };
    let show = move |rows: &Rows| uzum_qr::show(&code, rows, now, &rules);
    let shown = app.store.transact(needs, by, show).await?;
    story::tell(&shown.entries);
    match shown.reply {
        Ok(link) => Ok(Some(link)),
        // Meanwhile somebody else began to pay it, or it was closed. A code that nobody has seen is not paid.
        Err(NotShown::NotFound) => Ok(None),
        Err(NotShown::NotPayable(
            NotPayable::Busy | NotPayable::Paid | NotPayable::Cancelled | NotPayable::Expired,
        )) => Ok(None),
    }
}
