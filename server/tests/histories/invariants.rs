//! What must hold after any history, looked at from outside through the store, and compared with the model.

use boothpay_protocol::ledger::journal::fold;
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::order::{Order, OrderId, OrderStatus};
use boothpay_protocol::ledger::period::Period;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::ledger::transaction::{State, Transaction};
use boothpay_protocol::payme::state;
use boothpay_protocol::time::TimeMs;
use boothpay_store::Store;
use serde_json::Value;

use crate::model::{self, Model, Status};

macro_rules! hold {
    ($condition:expr, $($words:tt)+) => {
        if !$condition {
            return Err(format!($($words)+));
        }
    };
}

/// The first thing that does not hold.
pub async fn check(store: &Store, model: &Model) -> Result<(), String> {
    let stored = store.orders(None, 1_000).await.map_err(|error| error.to_string())?;
    hold!(stored.len() == model.orders.len(), "{} orders instead of {}", stored.len(), model.orders.len());
    for (name, expected) in &model.orders {
        let id = OrderId::parse(name).unwrap();
        let rows = store.rows(Needs::order(id.clone())).await.map_err(|error| error.to_string())?;
        let transactions = store.transactions(id.clone()).await.map_err(|error| error.to_string())?;
        let journal = store.journal(id).await.map_err(|error| error.to_string())?;
        let Some(order) = rows.order else { return Err(format!("order {name} is not there")) };

        let versions: Vec<u32> = journal.iter().map(|entry| entry.version).collect();
        let gapless: Vec<u32> = (1..=order.version).collect();
        hold!(versions == gapless, "{name}: the journal has the versions {versions:?}");
        hold!(journal.is_sorted_by_key(|entry| entry.at), "{name}: the journal's time runs backwards");
        let folded = fold(&journal).map_err(|error| error.to_string())?;
        hold!(folded.order.as_ref() == Some(&order), "{name}: {order:?} is not what the journal folds to: {folded:?}");
        hold!(folded.transactions == transactions, "{name}: {transactions:?} are not what the journal folds to");

        by_themselves(&order, &transactions)?;
        let live: Vec<&Transaction> = transactions.iter().filter(|it| matches!(state::code(it.state), 1 | 2)).collect();
        hold!(live.len() <= 1, "{name}: {} live transactions", live.len());
        hold!(rows.holder.as_ref() == live.first().copied(), "{name}: another transaction holds it");
        as_modelled(&order, expected)?;
        let modelled: Vec<&model::Transaction> = model.transactions.iter().filter(|it| it.order == *name).collect();
        hold!(
            modelled.len() == transactions.len(),
            "{name}: {} transactions instead of {}",
            transactions.len(),
            modelled.len()
        );
        for (expected, transaction) in modelled.into_iter().zip(&transactions) {
            transaction_as_modelled(transaction, expected)?;
        }
    }
    statement_as_modelled(store, model).await
}

/// Rules that need no model.
fn by_themselves(order: &Order, transactions: &[Transaction]) -> Result<(), String> {
    let performed = transactions.iter().filter(|it| matches!(it.state, State::Performed { .. })).count();
    let refunded = transactions.iter().filter(|it| matches!(it.state, State::Refunded { .. })).count();
    let expected = match order.status {
        OrderStatus::Paid => (1, 0),
        OrderStatus::Refunded => (0, 1),
        OrderStatus::Pending | OrderStatus::Cancelled | OrderStatus::Expired => (0, 0),
    };
    let status = order.status;
    hold!((performed, refunded) == expected, "{status:?}, but {performed} performed and {refunded} refunded");
    for transaction in transactions {
        let times = [Some(transaction.create_time), transaction.state.perform_time(), transaction.state.cancel_time()];
        let times: Vec<TimeMs> = times.into_iter().flatten().collect();
        hold!(times.is_sorted(), "create, perform and cancel time out of order: {transaction:?}");
        hold!(transaction.amount == order.amount, "another amount than its order's: {transaction:?}");
    }
    Ok(())
}

fn as_modelled(order: &Order, expected: &model::Order) -> Result<(), String> {
    let status = match expected.status {
        Status::Pending => OrderStatus::Pending,
        Status::Paid => OrderStatus::Paid,
        Status::Cancelled => OrderStatus::Cancelled,
        Status::Refunded => OrderStatus::Refunded,
        Status::Expired => OrderStatus::Expired,
    };
    let same = order.status == status
        && order.amount.tiyin() == expected.amount
        && order.expires_at.ms() == expected.expires_at
        && order.printed_at.is_some() == expected.printed
        && order.chosen == expected.chosen.then_some(Provider::Payme)
        && order.language == expected.uzbek.then_some(Language::Uz)
        && order.changed_at.ms() == expected.changed_at;
    hold!(same, "expected {expected:?}\n     was {order:?}");
    Ok(())
}

fn transaction_as_modelled(transaction: &Transaction, expected: &model::Transaction) -> Result<(), String> {
    let (state, or_zero) = (transaction.state, |time: Option<TimeMs>| time.map_or(0, TimeMs::ms));
    let provider = if expected.payme.is_some() { Provider::Payme } else { Provider::Test };
    let details: Value = serde_json::from_str(transaction.details.as_str()).unwrap();
    let document = |name: &str| Some(&details[name]).filter(|document| !document.is_null());
    let same = transaction.number.get() == expected.number
        && transaction.provider == provider
        && transaction.amount.tiyin() == expected.amount
        && transaction.create_time.ms() == expected.create_time
        && or_zero(state.perform_time()) == expected.perform_time
        && or_zero(state.cancel_time()) == expected.cancel_time
        && state::code(state) == expected.state
        && details["reason"].as_i64() == expected.reason
        && document("fiscal_perform") == expected.fiscal.get("PERFORM")
        && document("fiscal_cancel") == expected.fiscal.get("CANCEL");
    hold!(same, "expected {expected:?}\n     was {transaction:?}");
    Ok(())
}

/// The statement of all times, from the store.
async fn statement_as_modelled(store: &Store, model: &Model) -> Result<(), String> {
    let period = Period { from: TimeMs::new(0), to: TimeMs::new(i64::MAX) };
    let mut pages = store.statement(Provider::Payme, period).await.map_err(|error| error.to_string())?;
    let mut listed = Vec::new();
    while let Some(page) = pages.recv().await {
        listed.extend(page.map_err(|error| error.to_string())?);
    }
    let listed: Vec<(i64, i64)> = listed.iter().map(|it| (it.provider_time.ms(), it.number.get())).collect();
    let times = model.transactions.iter().filter_map(|it| Some((it.payme.as_ref()?.time, it.number)));
    let mut expected: Vec<(i64, i64)> = times.collect();
    expected.sort_unstable();
    hold!(listed == expected, "the statement lists {listed:?} instead of {expected:?}");
    Ok(())
}
