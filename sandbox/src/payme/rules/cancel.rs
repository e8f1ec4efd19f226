//! CancelTransaction: -1 before the payment, -2 after it, and the first cancellation stays.

use crate::payme::case::Case;
use crate::payme::reply::{BAD_REQUEST, Code, NO_TRANSACTION};
use crate::random::now_ms;
use crate::suite::Stop;
use serde_json::json;

use crate::suite::rules;

rules! {
    payme "CancelTransaction":

    "PAYME-CANCEL-01", Required, Cancel, unpaid,
    "A transaction in state 1 is cancelled: state -1 and a cancel_time.",
    "-2 is answered whatever the state was.";

    "PAYME-CANCEL-02", Required, Cancel, paid,
    "A transaction in state 2 is refunded with state -2, or refused with -31007; the report says which.",
    "-1 is answered whatever the state was, or a performed transaction is refused with another code.";

    "PAYME-CANCEL-03", Required, Cancel, repeat,
    "The same call again for a transaction in state -1 gives the same answer.",
    "The repeat is refused, or cancels again with a new time.";

    "PAYME-CANCEL-04", Required, Cancel, other_reason,
    "A repeat with another reason gives the same answer, and the first reason stays.",
    "The row is updated on every call.";

    "PAYME-CANCEL-05", Required, Cancel, repeat_refund,
    "The same call again for a transaction in state -2 gives the same answer, still with state -2.",
    "A refunded transaction is cancelled once more and ends in state -1.";

    "PAYME-CANCEL-06", Required, Cancel, unknown,
    "A transaction that does not exist is refused with -31003.",
    "Another code is used, or an empty row raises an exception.";

    "PAYME-CANCEL-07", Required, Types, reasons,
    "Each documented reason (1, 2, 3, 4, 5, 10) is stored and told by CheckTransaction.",
    "The reason is fixed in the code, or an enumeration lacks one.";

    "PAYME-CANCEL-08", Required, Cancel, perform_time_stays,
    "After a refund CheckTransaction still tells the perform_time of the payment.",
    "perform_time is reset when a payment is cancelled.";

    "PAYME-CANCEL-09", Required, Errors, missing_id,
    "A missing id is refused with -32600.",
    "A missing id raises an exception, or is looked up and answered like an unknown one.";

    "PAYME-CANCEL-10", Advice, Cancel, missing_reason,
    "A missing reason is refused with -32600, or accepted; the report says which.",
    "The reason is read without a check, which raises an exception.";

    "PAYME-CANCEL-11", Required, Types, milliseconds,
    "`cancel_time` is in milliseconds and not before the times of creation and payment.",
    "The time is in seconds.";

    "PAYME-CANCEL-12", Required, Cancel, old_one,
    "Repeating the cancellation of an old transaction does not touch a newer one that paid the same order.",
    "The order is cancelled along with every call, whatever transaction it belongs to by now.";

    "PAYME-CANCEL-13", Advice, Types, unknown_reason,
    "A reason that is not in the table is accepted and told as it was sent.",
    "An enumeration refuses new reasons; Payme may add some.";

    "PAYME-CANCEL-14", Required, Cancel, same_number,
    "`transaction` is the same as CreateTransaction answered.",
    "Payme's id is answered instead of the merchant's number.";

    "PAYME-CANCEL-15", Required, Cancel, repeat_later,
    "The same call again after more than a second gives the same cancel_time.",
    "cancel_time is taken from the clock on every call.";
}

async fn unpaid(case: &Case) -> Result<(), Stop> {
    let (_, cancelled) = case.cancelled().await?;
    cancelled.state(-1)?;
    cancelled.integer("cancel_time").map(drop)
}

async fn paid(case: &Case) -> Result<(), Stop> {
    let (transaction, _) = case.performed().await?;
    let reply = case.cancel(&transaction.id, 5).await?;
    if reply.error().is_some() {
        reply.refused(&[Code::Exactly(-31007)], "or state -2 for a transaction that was performed")?;
        case.note("a refund was refused with -31007");
        return case.stored(&transaction.id, 2).await.map(drop);
    }
    case.note("a refund was accepted");
    reply.integer("cancel_time")?;
    reply.state(-2)
}

async fn repeat(case: &Case) -> Result<(), Stop> {
    let (transaction, cancelled) = case.cancelled_late().await?;
    for _ in 0..3 {
        case.moment().await;
        case.cancel(&transaction.id, 3).await?.same_as(&cancelled)?;
    }
    Ok(())
}

/// Cancels a transaction in state 1. Where that breaks down whatever the reason is, the rule about it tells so.
async fn cancels(case: &Case, id: &str, reason: i64, situation: &str) -> Result<(), Stop> {
    let cancelled = case.cancel(id, reason).await;
    let accepted = cancelled.and_then(|reply| reply.accepted(situation).map(drop));
    accepted.map_err(|stop| stop.step(&["PAYME-CANCEL-01"]))
}

async fn reason_is(case: &Case, id: &str, state: i64, reason: i64) -> Result<(), Stop> {
    let row = case.stored(id, state).await?;
    match row.integer("reason")? {
        told if told == reason => Ok(()),
        told => Err(Stop::fail(row.at, format!("reason {reason}"), format!("reason {told}"))),
    }
}

async fn other_reason(case: &Case) -> Result<(), Stop> {
    let (transaction, cancelled) = case.cancelled_late().await?;
    case.cancel(&transaction.id, 10).await?.same_as(&cancelled)?;
    reason_is(case, &transaction.id, -1, 3).await
}

async fn repeat_refund(case: &Case) -> Result<(), Stop> {
    let (transaction, refunded) = case.refunded_late().await?;
    case.cancel(&transaction.id, 5).await?.same_as(&refunded)?;
    case.cancel(&transaction.id, 3).await?.same_as(&refunded)?;
    reason_is(case, &transaction.id, -2, 5).await
}

async fn unknown(case: &Case) -> Result<(), Stop> {
    case.cancel(&case.id(), 3).await?.refused(NO_TRANSACTION, "for a transaction that does not exist").map(drop)
}

async fn reasons(case: &Case) -> Result<(), Stop> {
    for reason in [1, 2, 3, 4, 5, 10] {
        let transaction = case.created().await?;
        cancels(case, &transaction.id, reason, &format!("for the reason {reason}")).await?;
        reason_is(case, &transaction.id, -1, reason).await?;
    }
    Ok(())
}

async fn perform_time_stays(case: &Case) -> Result<(), Stop> {
    let (transaction, _) = case.performed().await?;
    // What PerformTransaction answered may be in another unit; rules of their own ask that.
    let before = case.stored(&transaction.id, 2).await?;
    let reply = case.cancel(&transaction.id, 5).await?;
    if reply.code() == Some(-31007) {
        return Err(Stop::Skip("the server refuses refunds (-31007), as the documentation allows".to_owned()));
    }
    case.stored(&transaction.id, -2).await?.same_member(&before, "perform_time")
}

async fn missing_id(case: &Case) -> Result<(), Stop> {
    for params in [json!({"reason": 3}), json!({"id": null, "reason": 3}), json!({"id": [], "reason": 3})] {
        let reply = case.call("CancelTransaction", &params).await?;
        reply.refused(BAD_REQUEST, &format!("for the params {params}"))?;
    }
    Ok(())
}

async fn missing_reason(case: &Case) -> Result<(), Stop> {
    let transaction = case.created().await?;
    let reply = case.call("CancelTransaction", &json!({"id": transaction.id})).await?;
    if reply.result().is_some() {
        case.note("a missing reason was accepted");
        return reply.state(-1);
    }
    reply.refused(BAD_REQUEST, "or state -1 when the reason is missing")?;
    case.note("a missing reason was refused with -32600");
    case.stored(&transaction.id, 1).await.map(drop)
}

async fn milliseconds(case: &Case) -> Result<(), Stop> {
    let transaction = case.created_late().await?;
    let cancelled = case.ended(&transaction).await?;
    // What the calls before it answered may be in another unit; rules of their own ask that.
    let row = case.stored(&transaction.id, -1).await?;
    let (created, ended) = (row.integer("create_time")?, cancelled.recent("cancel_time")?);
    if created > ended {
        return Err(Stop::fail(cancelled.at, format!("a cancel_time from {created} on"), ended.to_string()));
    }
    let (paid, _) = case.performed_late().await?;
    let before = case.stored(&paid.id, 2).await?;
    let refund = case.cancel(&paid.id, 5).await?;
    if refund.code() == Some(-31007) {
        return Ok(());
    }
    let (paid, ended) = (before.integer("perform_time")?, refund.recent("cancel_time")?);
    match paid <= ended {
        true => Ok(()),
        false => Err(Stop::fail(refund.at, format!("a cancel_time from {paid} on"), ended.to_string())),
    }
}

async fn old_one(case: &Case) -> Result<(), Stop> {
    let (old, _) = case.cancelled().await?;
    let newer = case.id();
    let created = case.create(&newer, now_ms(), &old.order).await?;
    let accepted = created.accepted("for a new transaction after the cancellation").map(drop);
    accepted.map_err(|stop| stop.step(&["PAYME-CREATE-13"]))?;
    case.perform(&newer).await?.accepted("for the newer transaction")?;
    // What it is answered is asked by rules of their own.
    case.cancel(&old.id, 3).await?;
    case.stored(&newer, 2).await.map(drop)
}

async fn unknown_reason(case: &Case) -> Result<(), Stop> {
    let transaction = case.created().await?;
    cancels(case, &transaction.id, 99, "for a reason that is not in the table").await?;
    reason_is(case, &transaction.id, -1, 99).await
}

async fn same_number(case: &Case) -> Result<(), Stop> {
    let (transaction, cancelled) = case.cancelled().await?;
    cancelled.same_member(&transaction.created, "transaction")
}

async fn repeat_later(case: &Case) -> Result<(), Stop> {
    let (transaction, cancelled) = case.cancelled_late().await?;
    case.pause().await;
    case.cancel(&transaction.id, 3).await?.same_as(&cancelled)
}
