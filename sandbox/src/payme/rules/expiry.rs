//! The 12-hour limit: a transaction that nobody confirmed in time is cancelled with reason 4.

use crate::payme::aging::{Aging, TWELVE_HOURS_MS, no_aging};
use crate::payme::case::Case;
use crate::payme::reply::WRONG_STATE;
use crate::payme::transaction::Transaction;
use crate::random::now_ms;
use crate::suite::Stop;
use serde_json::Value;

use crate::suite::rules;

rules! {
    payme "The 12-hour limit":

    "PAYME-EXPIRY-01", Required, Perform, perform_too_late,
    "PerformTransaction of a transaction older than 12 hours is refused with -31008.",
    "The age is not looked at: an order that was given to somebody else is paid.";

    "PAYME-EXPIRY-02", Required, Create, create_too_late,
    "A repeated CreateTransaction of a transaction older than 12 hours is refused with -31008.",
    "The stored answer is given without looking at the age.";

    "PAYME-EXPIRY-03", Required, Create, cancelled_with_reason,
    "After that CheckTransaction tells state -1, reason 4 and a cancel_time.",
    "The call is refused, but the row is not changed.";

    "PAYME-EXPIRY-04", Required, Create, payable_again,
    "After that the order can be paid by a new transaction.",
    "The expired transaction still holds the order.";

    "PAYME-EXPIRY-05", Required, Create, not_before,
    "A minute before the limit the transaction is still performed.",
    "The limit is compared in seconds with a time in milliseconds, or is shorter than 12 hours.";

    "PAYME-EXPIRY-06", Required, Perform, performed_stays,
    "A performed transaction never expires.",
    "The sweep over old transactions does not look at the state.";

    "PAYME-EXPIRY-07", Required, Statement, in_statement,
    "The statement lists the expired transaction with state -1 and reason 4.",
    "Expired transactions are deleted.";
}

const OVER_MS: i64 = TWELVE_HOURS_MS + 2_000;

async fn aged(case: &Case) -> Result<Transaction, Stop> {
    if matches!(case.payme.aging, Aging::None) {
        return Err(no_aging());
    }
    let transaction = case.created().await?;
    case.payme.aging.age(&transaction, OVER_MS).await?;
    Ok(transaction)
}

async fn expired(case: &Case) -> Result<Transaction, Stop> {
    let transaction = aged(case).await?;
    let refused = case.perform(&transaction.id).await?.refused(WRONG_STATE, "for a transaction older than the limit");
    refused.map_err(|stop| stop.step(&["PAYME-EXPIRY-01"]))?;
    Ok(transaction)
}

async fn perform_too_late(case: &Case) -> Result<(), Stop> {
    expired(case).await.map(drop)
}

async fn create_too_late(case: &Case) -> Result<(), Stop> {
    let transaction = aged(case).await?;
    let again = case.create(&transaction.id, transaction.time, &transaction.order).await?;
    again.refused(WRONG_STATE, "for a repeat of a transaction older than the limit")?;
    case.stored(&transaction.id, -1).await.map(drop)
}

async fn cancelled_with_reason(case: &Case) -> Result<(), Stop> {
    let transaction = expired(case).await?;
    let row = case.stored(&transaction.id, -1).await?;
    row.recent("cancel_time").map_err(|stop| stop.step(&["PAYME-CANCEL-11"]))?;
    match row.integer("reason")? {
        4 => Ok(()),
        reason => Err(Stop::fail(row.at, "reason 4", format!("reason {reason}"))),
    }
}

async fn payable_again(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let old = expired(case).await?;
    let newer = case.created_on(&old.order, now_ms()).await?;
    case.perform(&newer.id).await?.state(2)
}

async fn not_before(case: &Case) -> Result<(), Stop> {
    match case.payme.aging {
        Aging::None => return Err(no_aging()),
        Aging::Timeout(_) => {
            return Err(Stop::Skip("needs --age-command: a short limit has no minute before".to_owned()));
        }
        Aging::Command(_) | Aging::Hook(_) => {}
    }
    let transaction = case.created().await?;
    case.payme.aging.age(&transaction, TWELVE_HOURS_MS - 60_000).await?;
    let performed = case.perform(&transaction.id).await?;
    performed.accepted("for a transaction that is 11 hours and 59 minutes old")?;
    performed.state(2)
}

async fn performed_stays(case: &Case) -> Result<(), Stop> {
    if matches!(case.payme.aging, Aging::None) {
        return Err(no_aging());
    }
    let (transaction, performed) = case.performed().await?;
    case.payme.aging.age(&transaction, OVER_MS).await?;
    let again = case.perform(&transaction.id).await?;
    let accepted = again.accepted("for a repeat of a payment long ago").map(drop);
    accepted.map_err(|stop| stop.step(&["PAYME-PERFORM-03"]))?;
    again.state(2)?;
    again.same_member(&performed, "transaction")?;
    case.stored(&transaction.id, 2).await.map(drop)
}

async fn in_statement(case: &Case) -> Result<(), Stop> {
    let transaction = expired(case).await?;
    // A command that makes a transaction older may move Payme's time too; then the statement has it hours ago.
    let found = match case.item_at(&transaction, transaction.time).await {
        Ok(found) => Ok(found),
        Err(Stop::Fail { .. }) => case.item_at(&transaction, transaction.time - OVER_MS).await,
        Err(other) => Err(other),
    };
    let about = &["PAYME-STATEMENT-01", "PAYME-STATEMENT-04", "PAYME-STATEMENT-06"];
    let (at, item) = found.map_err(|stop| stop.step(about))?;
    let number = |name| item.get(name).and_then(Value::as_i64);
    match (number("state"), number("reason")) {
        (Some(-1), Some(4)) => Ok(()),
        _ => Err(Stop::fail(at, "state -1 and reason 4", item.to_string())),
    }
}
