//! A payment of Click's, as Click's own API knows it (`reference/click.md §2.10`).
//!
//! Click's number of the payment is the one that the customer sees (`click_paydoc_id`). Where Click does not know it, the payment is
//! looked for by its order, but only when the order has no other payment of Click's that could be meant.

use crate::app::App;
use crate::config::ClickApi;
use crate::outgoing::click::{Click, Unanswered};
use crate::outgoing::line::Caller;
use boothpay_protocol::click::api::{self, NoAnswer, PaymentStatus};
use boothpay_protocol::click::details::ClickDetails;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::Transaction;
use boothpay_store::StoreError;

/// Click's number of a payment, and what has become of it.
pub(super) type Found = (i64, Result<PaymentStatus, Unanswered>);

/// The line to Click about a payment; or what is missing for it, in words for a person.
pub(super) fn line<'a>(
    app: &'a App,
    caller: &'a Caller,
    transaction: &Transaction,
) -> Result<(Click<'a>, &'a ClickApi), String> {
    let details = ClickDetails::of(transaction).map_err(|_| UNREADABLE.to_owned())?;
    let settings = &app.settings.click;
    let api = settings.api.as_ref().ok_or_else(|| "click.merchant_user_id is not set".to_owned())?;
    let service = settings.services.iter().find(|service| service.id == details.service_id);
    let service =
        service.ok_or_else(|| format!("the settings have no secret key of Click's service {}", details.service_id))?;
    Ok((Click { caller, api, service, clock: &app.clock }, api))
}

/// Looks for a payment; or why it cannot be told which one it is, in words for a person.
pub(super) async fn find(
    app: &App,
    click: &Click<'_>,
    transaction: &Transaction,
) -> Result<Result<Found, String>, StoreError> {
    let Ok(ClickDetails { click_paydoc_id: paydoc_id, .. }) = ClickDetails::of(transaction) else {
        return Ok(Err(UNREADABLE.to_owned()));
    };
    let status = click.status(paydoc_id).await;
    if !matches!(status, Err(Unanswered::Said(NoAnswer::Refused(_)))) {
        return Ok(Ok((paydoc_id, status)));
    }
    let payments = app.store.transactions(transaction.order_id.clone()).await?;
    let clicks = payments.iter().filter(|it| it.provider == Provider::Click && it.state.perform_time().is_some());
    if clicks.count() > 1 {
        return Ok(Err(format!("Click does not know payment {paydoc_id}, and the order has several payments")));
    }
    Ok(Ok(match by_order(click, transaction).await {
        Ok(id) => (id, click.status(id).await),
        Err(why) => (paydoc_id, Err(why)),
    }))
}

const UNREADABLE: &str = "Click's numbers of the payment cannot be read";

/// The payment by its order: of the day on which it began, or on which it was completed, because Click does not say which.
async fn by_order(click: &Click<'_>, transaction: &Transaction) -> Result<i64, Unanswered> {
    let began = api::day(transaction.provider_time);
    let ended = transaction.state.perform_time().map(api::day).filter(|day| *day != began);
    match (click.by_order(&transaction.order_id, began).await, ended) {
        (Err(Unanswered::Said(NoAnswer::Refused(_))), Some(day)) => click.by_order(&transaction.order_id, day).await,
        (found, _) => found,
    }
}
