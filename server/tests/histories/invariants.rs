//! What must hold after any history, looked at from outside through the store, and compared with the model.

use boothpay_protocol::ledger::journal::fold;
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::order::{Order, OrderId, OrderStatus};
use boothpay_protocol::ledger::period::Period;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::ledger::transaction::{Reason, State, Transaction};
use boothpay_protocol::time::TimeMs;
use boothpay_store::Store;
use boothpay_test_support::model::{self, Attempt, Status, Wallet};
use serde_json::Value;

use crate::model::{Kept, Model};
use crate::payme::times;
use crate::purse::Purse;
use crate::step::ORDERS;

macro_rules! hold {
    ($condition:expr, $($words:tt)+) => {
        if !$condition {
            return Err(format!($($words)+));
        }
    };
}

/// The first thing that does not hold.
pub async fn check(store: &Store, model: &Model, purse: &Purse) -> Result<(), String> {
    let stored = store.orders(None, 1_000).await.map_err(|error| error.to_string())?;
    let orders = &model.book.orders;
    hold!(stored.len() == orders.len(), "{} orders instead of {}", stored.len(), orders.len());
    let mut money = 0;
    for (place, expected) in orders {
        let name = ORDERS[*place];
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
        purse.check(&transactions)?;
        let came = |it: &&Transaction| it.provider != Provider::Test && it.state.perform_time().is_some();
        money += transactions.iter().filter(came).count();
        let live: Vec<&Transaction> = transactions.iter().filter(|it| it.state.holds()).collect();
        hold!(live.len() <= 1, "{name}: {} live transactions", live.len());
        hold!(rows.holder.as_ref() == live.first().copied(), "{name}: another transaction holds it");
        as_modelled(&order, expected)?;
        let attempts = model.book.attempts.iter().enumerate();
        let modelled: Vec<(usize, &Attempt)> = attempts.filter(|(_, it)| it.order == *place).collect();
        hold!(
            modelled.len() == transactions.len(),
            "{name}: {} transactions instead of {}",
            transactions.len(),
            modelled.len()
        );
        for ((index, expected), transaction) in modelled.into_iter().zip(&transactions) {
            let kept = model.kept.get(&index).cloned().unwrap_or_default();
            transaction_as_modelled(transaction, expected, &kept)?;
        }
    }
    hold!(money == purse.taken(), "the wallets were told of {} payments, {money} are there", purse.taken());
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
        && order.expires_at.ms() == expected.expires_at.from
        && order.printed_at.is_some() == expected.printed
        && order.chosen == expected.chosen.then_some(Provider::Payme)
        && order.language == expected.uzbek.then_some(Language::Uz)
        && order.changed_at.ms() == expected.changed_at.from;
    hold!(same, "expected {expected:?}\n     was {order:?}");
    Ok(())
}

fn transaction_as_modelled(transaction: &Transaction, expected: &Attempt, kept: &Kept) -> Result<(), String> {
    let (state, or_zero) = (transaction.state, |time: Option<TimeMs>| time.map_or(0, TimeMs::ms));
    let details: Value = serde_json::from_str(transaction.details.as_str()).unwrap();
    let document = |name: &str| Some(&details[name]).filter(|document| !document.is_null());
    let times_stored = [transaction.create_time.ms(), or_zero(state.perform_time()), or_zero(state.cancel_time())];
    let disowned =
        details["cancelled_after_payment"].is_i64() || details["given_up"].is_i64() || details["reversed"] == true;
    // Payme's own reason, which says more than ours, and its receipts.
    let paymes = expected.wallet != Wallet::Payme
        || details["reason"].as_i64() == expected.state.paymes_reason()
            && document("fiscal_perform") == kept.fiscal.get("PERFORM")
            && document("fiscal_cancel") == kept.fiscal.get("CANCEL");
    let same = Some(transaction.number.get()) == expected.number
        && transaction.provider.word() == expected.wallet.word()
        && times_stored == times(expected)
        && state.word() == expected.state.stored()
        && (expected.wallet == Wallet::Payme || state.reason().map(Reason::word) == expected.stored_reason())
        && disowned == expected.disowned
        && paymes;
    hold!(same, "expected {expected:?} {kept:?}\n     was {transaction:?}");
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
    let paymes = model.book.attempts.iter().filter(|it| it.wallet == Wallet::Payme);
    let mut expected: Vec<(i64, i64)> = paymes.map(|it| (it.time, it.number.unwrap())).collect();
    expected.sort_unstable();
    hold!(listed == expected, "the statement lists {listed:?} instead of {expected:?}");
    Ok(())
}
