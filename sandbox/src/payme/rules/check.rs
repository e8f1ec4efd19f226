//! CheckTransaction: the whole truth about one transaction, with a zero for what has not happened.

use crate::payme::case::Case;
use crate::payme::reply::{BAD_REQUEST, NO_TRANSACTION, Reply, shown};
use crate::suite::Stop;
use serde_json::{Value, json};

use crate::suite::rules;

rules! {
    payme "CheckTransaction":

    "PAYME-CHECK-01", Required, Check, created,
    "State 1: create_time is set, perform_time and cancel_time have not happened, there is no reason.",
    "Members are taken from the clock or from defaults instead of the row.";

    "PAYME-CHECK-02", Required, Check, performed,
    "State 2: create_time and perform_time are set, cancel_time has not happened, there is no reason.",
    "Members are taken from the clock or from defaults instead of the row.";

    "PAYME-CHECK-03", Required, Check, cancelled,
    "State -1: create_time, cancel_time and reason are set, perform_time has not happened.",
    "cancel_time or reason is not stored.";

    "PAYME-CHECK-04", Required, Check, refunded,
    "State -2: create_time, perform_time, cancel_time and reason are all set.",
    "perform_time is reset when a payment is cancelled.";

    "PAYME-CHECK-05", Required, Check, unknown,
    "A transaction that does not exist is refused with -31003.",
    "Another code is used (-32504 is only for credentials, -31050…-31099 for the account), or an empty row raises an exception.";

    "PAYME-CHECK-06", Required, Check, all_members,
    "All six members are in every answer: create_time, perform_time, cancel_time, transaction, state, reason.",
    "Members that are empty are left out (Payme: result does not match the specification).";

    "PAYME-CHECK-07", Required, Check, zero_times,
    "A time that has not happened is 0.",
    "The empty column is sent as null; Payme's sample and table say 0.";

    "PAYME-CHECK-08", Expected, Check, null_reason,
    "A reason that does not exist is null.",
    "The empty column is sent as 0 or as an empty text.";

    "PAYME-CHECK-09", Required, Check, read_only,
    "Asking changes nothing: three answers in a row are the same.",
    "A time is taken from the clock, or asking marks the transaction.";

    "PAYME-CHECK-10", Required, Check, same_number,
    "`transaction` and create_time are the same as CreateTransaction answered.",
    "Payme's id is answered instead of the merchant's number.";

    "PAYME-CHECK-11", Required, Errors, missing_id,
    "A missing id is refused with -32600.",
    "A missing id raises an exception, or is looked up and answered like an unknown one.";

    "PAYME-CHECK-12", Advice, Check, other_case,
    "An id in capital letters is another id, and unknown.",
    "The column compares without regard to case, as MySQL's usual collation does: two ids can be taken for one.";
}

/// Which members have happened in a state. Nothing happened is 0 here or null; a rule of its own tells them apart.
fn row(reply: &Reply, performed: bool, cancelled: bool) -> Result<(), Stop> {
    reply.recent("create_time").map_err(|stop| stop.step(&["PAYME-CREATE-03"]))?;
    let result = reply.accepted("from CheckTransaction")?;
    for (name, happened) in [("perform_time", performed), ("cancel_time", cancelled), ("reason", cancelled)] {
        let value = result.get(name);
        let is = value.and_then(Value::as_i64).is_some_and(|number| number != 0);
        if is != happened || value.is_some_and(Value::is_string) {
            let wanted = if happened { "set" } else { "empty" };
            return Err(Stop::fail(reply.at, format!("`{name}` to be {wanted}"), format!("it is {}", shown(value))));
        }
    }
    Ok(())
}

async fn created(case: &Case) -> Result<(), Stop> {
    let transaction = case.created().await?;
    row(&case.stored(&transaction.id, 1).await?, false, false)
}

async fn performed(case: &Case) -> Result<(), Stop> {
    let (transaction, _) = case.performed().await?;
    row(&case.stored(&transaction.id, 2).await?, true, false)
}

async fn cancelled(case: &Case) -> Result<(), Stop> {
    let (transaction, _) = case.cancelled().await?;
    row(&case.stored(&transaction.id, -1).await?, false, true)
}

async fn refunded(case: &Case) -> Result<(), Stop> {
    let (transaction, _) = case.refunded().await?;
    row(&case.stored(&transaction.id, -2).await?, true, true)
}

async fn unknown(case: &Case) -> Result<(), Stop> {
    case.check(&case.id()).await?.refused(NO_TRANSACTION, "for a transaction that does not exist").map(drop)
}

async fn all_members(case: &Case) -> Result<(), Stop> {
    let waiting = case.created().await?;
    let before = case.check(&waiting.id).await?;
    case.perform(&waiting.id).await?.accepted("for a transaction in state 1")?;
    let paid = case.check(&waiting.id).await?;
    let (cancelled, _) = case.cancelled().await?;
    for reply in [before, paid, case.check(&cancelled.id).await?] {
        let result = reply.accepted("from CheckTransaction")?;
        for name in ["create_time", "perform_time", "cancel_time", "transaction", "state", "reason"] {
            if result.get(name).is_none() {
                return Err(Stop::fail(reply.at, format!("`{name}` in the result"), "it is missing"));
            }
        }
    }
    Ok(())
}

async fn zero_times(case: &Case) -> Result<(), Stop> {
    let transaction = case.created().await?;
    let reply = case.stored(&transaction.id, 1).await?;
    for name in ["perform_time", "cancel_time"] {
        // A member that is not there at all breaks the rule about all members.
        match reply.result().and_then(|result| result.get(name)) {
            None => {}
            Some(value) if value.as_i64() == Some(0) => {}
            Some(value) => return Err(Stop::fail(reply.at, format!("`{name}` 0"), value.to_string())),
        }
    }
    Ok(())
}

async fn null_reason(case: &Case) -> Result<(), Stop> {
    let transaction = case.created().await?;
    let reply = case.stored(&transaction.id, 1).await?;
    match reply.result().and_then(|result| result.get("reason")) {
        None | Some(Value::Null) => Ok(()),
        Some(value) => Err(Stop::fail(reply.at, "`reason` null", value.to_string())),
    }
}

async fn read_only(case: &Case) -> Result<(), Stop> {
    let (transaction, _) = case.performed().await?;
    let first = case.stored(&transaction.id, 2).await?;
    for _ in 0..2 {
        case.check(&transaction.id).await?.same_as(&first)?;
    }
    Ok(())
}

async fn same_number(case: &Case) -> Result<(), Stop> {
    let transaction = case.created_late().await?;
    let row = case.stored(&transaction.id, 1).await?;
    row.same_member(&transaction.created, "transaction")?;
    row.same_member(&transaction.created, "create_time")
}

async fn other_case(case: &Case) -> Result<(), Stop> {
    let transaction = case.created().await?;
    let capital = transaction.id.to_ascii_uppercase();
    case.check(&capital).await?.refused(NO_TRANSACTION, "for an id in capital letters").map(drop)
}

async fn missing_id(case: &Case) -> Result<(), Stop> {
    for params in [json!({}), json!({"id": null}), json!({"id": {}})] {
        let reply = case.call("CheckTransaction", &params).await?;
        reply.refused(BAD_REQUEST, &format!("for the params {params}"))?;
    }
    Ok(())
}
