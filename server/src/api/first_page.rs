//! What the first user's page reads beside the contract, in its own words (`docs/reference/first-page.md`): one `l` in
//! `canceled`, numbers for states, times without a zone. Only in fields that nobody else reads.

use crate::app::App;
use crate::error::Problem;
use boothpay_protocol::ledger::order::{Order, OrderStatus};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::Transaction;
use boothpay_protocol::money::Soum;
use boothpay_protocol::payme::state;
use boothpay_protocol::providers::shown_id;
use boothpay_protocol::shop::{self, Progress};
use boothpay_protocol::time::TimeMs;
use boothpay_store::PaymentRow;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// One payment, whole.
#[derive(Serialize)]
pub(crate) struct Payment {
    order_id: String,
    status: &'static str,
    #[serde(flatten)]
    fields: Fields,
}

/// Of a payment, what the contract does not have. `transaction_id` is the provider's; `state` is 0 before a transaction,
/// then Payme's number for it, whoever the provider is. Times are UTC, as ISO 8601 without a zone.
#[derive(Serialize)]
pub(crate) struct Fields {
    id: Option<i64>,
    transaction_id: Option<String>,
    amount: Box<RawValue>,
    payment_type: &'static str,
    /// Only where it is false: nobody but the booth's staff has seen this money.
    #[serde(skip_serializing_if = "is_true")]
    verified: bool,
    state: i64,
    create_time: String,
    perform_time: Option<String>,
    cancel_time: Option<String>,
    created_at: String,
    updated_at: String,
}

/// The totals under his names. What ran out of time is in `total_payments` alone.
#[derive(Serialize)]
pub(crate) struct Totals {
    total_payments: i64,
    success_payments: i64,
    pending_payments: i64,
    canceled_payments: i64,
    total_revenue: Box<RawValue>,
}

impl Payment {
    /// Of an order.
    pub(super) fn new(order: &Order, fields: Fields) -> Self {
        Self { order_id: order.id.to_string(), status: word(order.status), fields }
    }

    /// Of a row of the list.
    pub(super) fn of(row: &PaymentRow) -> Self {
        Self::new(&row.order, Fields::new(Some(row.number), &row.order, row.transaction.as_ref()))
    }
}

impl Fields {
    /// Of an order and the transaction that holds it. Where nobody holds it and nobody is waited for, the last one is looked up.
    pub(super) async fn read(
        app: &App,
        number: Option<i64>,
        order: &Order,
        holder: Option<Transaction>,
    ) -> Result<Self, Problem> {
        let transaction = match (holder, shop::progress(order, None, app.clock.now())) {
            (Some(holder), _) => Some(holder),
            (None, Progress::Waiting | Progress::Processing | Progress::Paid) => None,
            (None, Progress::Cancelled | Progress::Refunded | Progress::Expired) => {
                app.store.transactions(order.id.clone()).await?.pop()
            }
        };
        Ok(Self::new(number, order, transaction.as_ref()))
    }

    fn new(number: Option<i64>, order: &Order, transaction: Option<&Transaction>) -> Self {
        let state = transaction.map(|it| it.state);
        let provider = transaction.map(|it| it.provider).or(order.chosen).unwrap_or(Provider::Payme);
        Self {
            id: number,
            transaction_id: transaction.map(|it| shown_id(it.provider, &it.provider_id).to_owned()),
            amount: soum(order.amount.tiyin()),
            payment_type: provider.word(),
            verified: transaction.is_none_or(|it| it.provider.is_verified()),
            state: state.map_or(0, state::code),
            create_time: iso(transaction.map_or(order.created_at, |it| it.create_time)),
            perform_time: state.and_then(|it| it.perform_time()).map(iso),
            cancel_time: state.and_then(|it| it.cancel_time()).map(iso),
            created_at: iso(order.created_at),
            updated_at: iso(order.changed_at),
        }
    }
}

impl Totals {
    /// Of the number of orders with each status, and what was taken.
    pub(super) fn of(orders: &BTreeMap<&'static str, i64>, paid_tiyin: i64) -> Self {
        let count = |statuses: &[OrderStatus]| statuses.iter().filter_map(|it| orders.get(it.word())).sum();
        Self {
            total_payments: count(&OrderStatus::ALL),
            success_payments: count(&[OrderStatus::Paid]),
            pending_payments: count(&[OrderStatus::Pending]),
            canceled_payments: count(&[OrderStatus::Cancelled, OrderStatus::Refunded]),
            total_revenue: soum(paid_tiyin),
        }
    }
}

// What serde hands over.
#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_true(it: &bool) -> bool {
    *it
}

/// His word for a status.
const fn word(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Pending => "pending",
        OrderStatus::Paid => "success",
        OrderStatus::Cancelled | OrderStatus::Refunded => "canceled",
        OrderStatus::Expired => "failed",
    }
}

/// The statuses that a word of his, or of ours, asks for.
pub(super) fn statuses(asked: &str) -> Option<Vec<OrderStatus>> {
    let of_ours = |status: &OrderStatus| status.word() == asked && *status != OrderStatus::Pending;
    if let Some(ours) = OrderStatus::ALL.iter().find(|status| of_ours(status)) {
        return Some(vec![*ours]);
    }
    let his: Vec<OrderStatus> = OrderStatus::ALL.into_iter().filter(|status| word(*status) == asked).collect();
    (!his.is_empty()).then_some(his)
}

/// A sum as a JSON number, exactly.
pub(super) fn soum(tiyin: i64) -> Box<RawValue> {
    RawValue::from_string(Soum::from_tiyin(tiyin).to_string()).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// A time as Python's `isoformat` writes it, and its `fromisoformat` reads it: six digits of a second, or none where they are all 0.
pub(super) fn iso(time: TimeMs) -> String {
    let time = Timestamp::from_millisecond(time.ms()).unwrap_or(Timestamp::UNIX_EPOCH);
    let time = time.to_zoned(TimeZone::UTC).datetime();
    if time.subsec_nanosecond() == 0 { time.to_string() } else { format!("{time:.6}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_without_a_zone() {
        assert_eq!(iso(TimeMs::new(1_766_228_831_243)), "2025-12-20T11:07:11.243000");
        assert_eq!(iso(TimeMs::new(1_766_228_831_050)), "2025-12-20T11:07:11.050000");
        assert_eq!(iso(TimeMs::new(1_766_228_831_000)), "2025-12-20T11:07:11");
    }

    #[test]
    fn his_words_and_ours_choose_statuses() {
        use OrderStatus::{Cancelled, Expired, Paid, Pending, Refunded};
        let chosen =
            ["pending", "success", "paid", "canceled", "cancelled", "refunded", "failed", "expired"].map(statuses);
        let expected: [&[OrderStatus]; 8] =
            [&[Pending], &[Paid], &[Paid], &[Cancelled, Refunded], &[Cancelled], &[Refunded], &[Expired], &[Expired]];
        assert_eq!(chosen, expected.map(|statuses| Some(statuses.to_vec())));
        assert_eq!(statuses("all"), None);
    }
}
