//! PerformTransaction: pays once, and says the same as often as it is asked.

use crate::payme::case::Case;
use crate::payme::reply::{BAD_REQUEST, NO_TRANSACTION, WRONG_STATE};
use crate::suite::Stop;
use serde_json::json;

use crate::suite::rules;

rules! {
    payme "PerformTransaction":

    "PAYME-PERFORM-01", Required, Perform, normal,
    "A transaction in state 1 is performed: state 2 and a perform_time.",
    "The transaction is looked up by another column than Payme's id.";

    "PAYME-PERFORM-02", Required, Perform, same_number,
    "`transaction` is the same as CreateTransaction answered.",
    "Payme's id, or the order's number, is answered by one method and the row's number by the other.";

    "PAYME-PERFORM-03", Required, Perform, repeat,
    "The same call again, three times, gives the same answer.",
    "A transaction in state 2 is refused, or performed again.";

    "PAYME-PERFORM-04", Required, Perform, repeat_later,
    "The same call again after more than a second gives the same perform_time.",
    "perform_time is taken from the clock on every call: the most frequent mistake of all.";

    "PAYME-PERFORM-05", Required, Perform, unknown,
    "A transaction that does not exist is refused with -31003.",
    "-31008, -31050 or -32504 is used for it, or an empty row raises an exception.";

    "PAYME-PERFORM-06", Required, Perform, after_cancel,
    "A transaction in state -1 is refused with -31008 and stays cancelled.",
    "A result is answered whatever the state is; only state 1 may be performed, and only state 2 repeats its answer.";

    "PAYME-PERFORM-07", Required, Perform, after_refund,
    "A transaction in state -2 is refused with -31008 and stays refunded.",
    "perform_time alone decides that it was performed, or a result is answered whatever the state is.";

    "PAYME-PERFORM-08", Required, Errors, missing_id,
    "A missing id, or one that is not a string, is refused with -32600.",
    "A missing id raises an exception, or is looked up and answered like an unknown one.";

    "PAYME-PERFORM-09", Required, Types, milliseconds,
    "`perform_time` is in milliseconds and not before create_time.",
    "The time is in seconds, or both times come from different clocks.";

    "PAYME-PERFORM-10", Required, Check, agrees,
    "CheckTransaction then answers state 2, the same perform_time, and the create_time of before.",
    "The row is saved with a new create_time, or with another perform_time than was answered.";
}

async fn normal(case: &Case) -> Result<(), Stop> {
    let (_, performed) = case.performed().await?;
    performed.state(2)?;
    performed.integer("perform_time").map(drop)
}

async fn same_number(case: &Case) -> Result<(), Stop> {
    let (transaction, performed) = case.performed().await?;
    performed.same_member(&transaction.created, "transaction")
}

async fn repeat(case: &Case) -> Result<(), Stop> {
    let (transaction, performed) = case.performed_late().await?;
    for _ in 0..3 {
        case.moment().await;
        case.perform(&transaction.id).await?.same_as(&performed)?;
    }
    Ok(())
}

async fn repeat_later(case: &Case) -> Result<(), Stop> {
    let (transaction, performed) = case.performed_late().await?;
    case.pause().await;
    case.perform(&transaction.id).await?.same_as(&performed)
}

async fn unknown(case: &Case) -> Result<(), Stop> {
    case.perform(&case.id()).await?.refused(NO_TRANSACTION, "for a transaction that does not exist").map(drop)
}

async fn after_cancel(case: &Case) -> Result<(), Stop> {
    let (transaction, _) = case.cancelled().await?;
    case.perform(&transaction.id).await?.refused(WRONG_STATE, "for a transaction that was cancelled")?;
    case.stored(&transaction.id, -1).await.map(drop)
}

async fn after_refund(case: &Case) -> Result<(), Stop> {
    let (transaction, _) = case.refunded().await?;
    case.perform(&transaction.id).await?.refused(WRONG_STATE, "for a transaction that was refunded")?;
    case.stored(&transaction.id, -2).await.map(drop)
}

async fn missing_id(case: &Case) -> Result<(), Stop> {
    for params in [json!({}), json!({"id": null}), json!({"id": {}})] {
        let reply = case.call("PerformTransaction", &params).await?;
        reply.refused(BAD_REQUEST, &format!("for the params {params}"))?;
    }
    Ok(())
}

async fn milliseconds(case: &Case) -> Result<(), Stop> {
    let transaction = case.created_late().await?;
    let performed = case.paid(&transaction).await?;
    // What CreateTransaction answered may be in another unit; a rule of its own asks that.
    let row = case.stored(&transaction.id, 2).await?;
    let (created, paid) = (row.integer("create_time")?, performed.recent("perform_time")?);
    match created <= paid {
        true => Ok(()),
        false => Err(Stop::fail(performed.at, format!("a perform_time from {created} on"), paid.to_string())),
    }
}

async fn agrees(case: &Case) -> Result<(), Stop> {
    let transaction = case.created().await?;
    let before = case.stored(&transaction.id, 1).await?;
    case.late_in_a_second().await;
    let performed = case.paid(&transaction).await?;
    let row = case.stored(&transaction.id, 2).await?;
    row.same_member(&performed, "perform_time")?;
    row.same_member(&before, "create_time")
}
