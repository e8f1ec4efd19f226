//! CreateTransaction: one transaction at a time holds an order, and a repeat is answered from storage.

use super::scenario::unknown_order;
use crate::payme::case::Case;
use crate::payme::reply::{ACCOUNT, BAD_REQUEST, Code, NOT_PAYABLE, Reply, WRONG_AMOUNT, WRONG_STATE, shown};
use crate::payme::steps::create_params;
use crate::random::now_ms;
use crate::suite::Stop;
use crate::suite::orders::Order;
use serde_json::{Value, json};

use crate::suite::rules;

rules! {
    payme "CreateTransaction":

    "PAYME-CREATE-01", Required, Create, new,
    "A new transaction on an order that waits for payment is answered with state 1.",
    "The insert fails (an order row is inserted a second time), or the state is given as text.";

    "PAYME-CREATE-02", Required, Create, number_is_text,
    "`transaction` is a string that is not empty.",
    "The row's number is sent as a JSON number.";

    "PAYME-CREATE-03", Required, Types, milliseconds,
    "`create_time` is the merchant's own time in milliseconds.",
    "The time is in seconds, or a text.";

    "PAYME-CREATE-04", Required, Create, repeat,
    "The same call again, three times, gives the same answer.",
    "The repeat is refused because the order is busy - with this very transaction -, or its answer is made anew instead of read from the row.";

    "PAYME-CREATE-05", Required, Create, repeat_later,
    "The same call again after more than a second gives the same answer.",
    "create_time is taken from the clock on a repeat, or stored in whole seconds.";

    "PAYME-CREATE-06", Advice, Create, repeat_with_other_values,
    "A repeat with another amount, account or time changes nothing that is stored.",
    "The row is updated from the repeated call.";

    "PAYME-CREATE-07", Required, Create, second_refused,
    "A second transaction on an order in state 1 is refused (-31008 or -31050…-31099) and not stored.",
    "A live transaction is not looked for before the insert.";

    "PAYME-CREATE-08", Required, Create, first_survives,
    "After a second transaction was tried, the first still has its state and can be performed.",
    "The second transaction takes over the order: the running payment is lost.";

    "PAYME-CREATE-09", Required, Create, paid_order,
    "A new transaction on an order that was paid is refused (-31008 or -31050…-31099) and not stored.",
    "The order's state is not looked at: the customer pays twice.";

    "PAYME-CREATE-10", Required, Create, after_cancel,
    "The same call again for a transaction in state -1 is refused with -31008.",
    "The state is set back to 1, or the stored answer is given without looking at the state.";

    "PAYME-CREATE-11", Required, Create, after_perform,
    "The same call again for a transaction in state 2 is refused with -31008.",
    "The stored answer is given without looking at the state.";

    "PAYME-CREATE-12", Required, Create, after_refund,
    "The same call again for a transaction in state -2 is refused with -31008.",
    "The stored answer is given without looking at the state.";

    "PAYME-CREATE-13", Expected, Sandbox, payable_after_cancel,
    "After an unpaid transaction was cancelled, the order can be paid by a new one.",
    "Any earlier transaction of the order blocks it for ever, or the order is marked as cancelled when its payment is.";

    "PAYME-CREATE-14", Advice, Sandbox, refunded_order,
    "After a refund the order is not payable again.",
    "A refund puts the order back to waiting; the sandbox's legend counts it as blocked.";

    "PAYME-CREATE-15", Advice, Create, old_time,
    "A transaction whose Payme time is in 2021 is accepted, or refused with a documented code; the report says which.",
    "Integrators try a server with the time of an example.";

    "PAYME-CREATE-16", Required, Create, wrong_amount,
    "A wrong amount is refused with -31001 and nothing is stored.",
    "The amount is checked only by CheckPerformTransaction.";

    "PAYME-CREATE-17", Required, Create, unknown_account,
    "An order that does not exist is refused with -31050…-31099 and nothing is stored.",
    "CreateTransaction makes the order that it does not find.";

    "PAYME-CREATE-18", Required, Create, receivers,
    "`receivers` is absent, null, or a list of id and amount that adds up to the amount.",
    "An empty or half-filled list is sent.";

    "PAYME-CREATE-19", Required, Errors, missing_params,
    "A missing id or time, or one of the wrong type, is refused with -32600.",
    "Missing parameters raise an exception, or become empty values that are stored.";

    "PAYME-CREATE-20", Required, Types, fraction,
    "An amount with a fraction of a tiyin is refused and nothing is stored.",
    "Amounts are floating point numbers that are rounded or cut before they are compared.";

    "PAYME-CREATE-21", Required, Errors, missing_account,
    "A missing amount or account is refused (-32600, -31001 or -31050…-31099) and nothing is stored.",
    "The parameter is used without a check.";

    "PAYME-CREATE-22", Required, Errors, second_localised,
    "Where a second transaction is refused with an account error, its message is in ru, uz and en, because the payer reads it.",
    "The message is a plain string, or a language is missing.";

    "PAYME-CREATE-23", Expected, Types, clock,
    "`create_time` is the true time, within ten minutes.",
    "The time is made from local time as if it were UTC (in Tashkent five hours off), or the server's clock is wrong.";
}

async fn new(case: &Case) -> Result<(), Stop> {
    case.created().await?.created.state(1)
}

async fn number_is_text(case: &Case) -> Result<(), Stop> {
    let transaction = case.created().await?;
    match transaction.answered("transaction") {
        Some(Value::String(number)) if !number.is_empty() => Ok(()),
        other => {
            let got = format!("`transaction` is {}", shown(other));
            Err(Stop::fail(transaction.created.at, "`transaction` as a string", got))
        }
    }
}

async fn milliseconds(case: &Case) -> Result<(), Stop> {
    case.created().await?.created.recent("create_time").map(drop)
}

async fn repeat(case: &Case) -> Result<(), Stop> {
    let first = case.created_late().await?;
    for _ in 0..3 {
        case.moment().await;
        case.create(&first.id, first.time, &first.order).await?.same_as(&first.created)?;
    }
    Ok(())
}

async fn repeat_later(case: &Case) -> Result<(), Stop> {
    let first = case.created_late().await?;
    case.pause().await;
    case.create(&first.id, first.time, &first.order).await?.same_as(&first.created)
}

async fn repeat_with_other_values(case: &Case) -> Result<(), Stop> {
    let first = case.created_late().await?;
    let before = case.item(&first).await?.1;
    let elsewhere = case.untouched().await?;
    let others = [
        (first.time + 5, first.order.clone()),
        (first.time, Order { amount: first.order.amount + 100, ..first.order.clone() }),
        (first.time, elsewhere),
    ];
    for (time, order) in others {
        let reply = case.create(&first.id, time, &order).await?;
        match reply.code() {
            Some(code) => case.note(format!("a repeat with other values was refused with {code}")),
            None => reply.same_as(&first.created)?,
        }
        let (at, after) = case.item(&first).await?;
        if before != after {
            return Err(Stop::fail(at, format!("the stored {before}"), after.to_string()));
        }
    }
    Ok(())
}

async fn try_second(case: &Case, order: &Order, situation: &str) -> Result<String, Stop> {
    let id = case.id();
    let reply = case.create(&id, now_ms(), order).await?;
    let code = reply.refused(NOT_PAYABLE, situation)?;
    case.note(format!("refused with {code}"));
    Ok(id)
}

async fn second_refused(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let first = case.created().await?;
    let id = try_second(case, &first.order, "for a second transaction on a busy order").await?;
    case.unknown(&id).await
}

async fn second_localised(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let first = case.created().await?;
    let reply = case.create(&case.id(), now_ms(), &first.order).await?;
    match reply.code() {
        Some(-31099..=-31050) => super::check_perform::localised(&reply),
        Some(code) => Err(Stop::Skip(format!("a second transaction is answered with {code}, which no payer reads"))),
        None => Err(reply.broken("a refusal of the second transaction").step(&["PAYME-CREATE-07"])),
    }
}

async fn clock(case: &Case) -> Result<(), Stop> {
    const TOLERANCE_MS: i64 = 600_000;
    let transaction = case.created().await?;
    let off = transaction.created.recent("create_time")? - now_ms();
    if off.abs() <= TOLERANCE_MS {
        return Ok(());
    }
    #[allow(clippy::cast_precision_loss, reason = "hours are shown with one decimal")]
    let hours = off as f64 / 3_600_000.0;
    let expected = "`create_time` as the clock of this computer has it, within ten minutes";
    Err(Stop::fail(transaction.created.at, expected, format!("a time that is {hours:+.1} hours off")))
}

async fn first_survives(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let first = case.created().await?;
    // What CreateTransaction answered may be in another unit; a rule of its own asks that.
    let before = case.stored(&first.id, 1).await?;
    case.create(&case.id(), now_ms(), &first.order).await?;
    case.stored(&first.id, 1).await?.same_member(&before, "create_time")?;
    let performed = case.perform(&first.id).await?;
    performed.accepted("for PerformTransaction of the first transaction")?;
    performed.state(2)
}

async fn paid_order(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let (paid, _) = case.performed().await?;
    let id = try_second(case, &paid.order, "for a new transaction on an order that was paid").await?;
    case.unknown(&id).await?;
    case.stored(&paid.id, 2).await.map(drop)
}

async fn after_cancel(case: &Case) -> Result<(), Stop> {
    let (transaction, _) = case.cancelled().await?;
    let again = case.create(&transaction.id, transaction.time, &transaction.order).await?;
    again.refused(WRONG_STATE, "for a transaction that was cancelled")?;
    case.stored(&transaction.id, -1).await.map(drop)
}

async fn after_perform(case: &Case) -> Result<(), Stop> {
    let (transaction, _) = case.performed().await?;
    let again = case.create(&transaction.id, transaction.time, &transaction.order).await?;
    again.refused(WRONG_STATE, "for a transaction that was performed")?;
    case.stored(&transaction.id, 2).await.map(drop)
}

async fn after_refund(case: &Case) -> Result<(), Stop> {
    let (transaction, _) = case.refunded().await?;
    let again = case.create(&transaction.id, transaction.time, &transaction.order).await?;
    again.refused(WRONG_STATE, "for a transaction that was refunded")?;
    case.stored(&transaction.id, -2).await.map(drop)
}

async fn payable_after_cancel(case: &Case) -> Result<(), Stop> {
    let (first, _) = case.cancelled().await?;
    case.payable(&first.order).await?;
    let second = case.created_on(&first.order, now_ms()).await?;
    second.created.state(1)?;
    case.perform(&second.id).await?.state(2)?;
    case.stored(&first.id, -1).await.map(drop)
}

async fn refunded_order(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let (transaction, _) = case.refunded().await?;
    let reply = case.check_perform(&transaction.order).await?;
    reply.refused(NOT_PAYABLE, "for an order whose payment was refunded").map(drop)
}

async fn old_time(case: &Case) -> Result<(), Stop> {
    let (order, id) = (case.order().await?, case.id());
    let reply = case.create(&id, 1_640_000_000_000, &order).await?;
    if reply.result().is_some() {
        case.note("the 12 hours count from the merchant's create_time");
        reply.state(1)?;
        return case.perform(&id).await?.state(2);
    }
    let code = reply.refused(NOT_PAYABLE, "or state 1 for a transaction with an old time")?;
    case.note(format!("an old time was refused with {code}: the 12 hours count from Payme's time"));
    Ok(())
}

async fn wrong_amount(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let right = case.untouched().await?;
    let (more, much) = (right.amount.saturating_add(1), right.amount.saturating_mul(100));
    // No amount at all is another rule's.
    for amount in [more, right.amount - 1, much, right.amount / 100].into_iter().filter(|amount| *amount > 0) {
        let (id, order) = (case.id(), Order { amount, ..right.clone() });
        let reply = case.create(&id, now_ms(), &order).await?;
        reply.refused(WRONG_AMOUNT, &format!("for the amount {amount} instead of {}", right.amount))?;
        case.unknown(&id).await?;
    }
    Ok(())
}

async fn unknown_account(case: &Case) -> Result<(), Stop> {
    let (id, order) = (case.id(), unknown_order(case, &case.untouched().await?));
    case.create(&id, now_ms(), &order).await?.refused(ACCOUNT, "for an order that does not exist")?;
    case.unknown(&id).await
}

async fn receivers(case: &Case) -> Result<(), Stop> {
    let transaction = case.created().await?;
    let list = match transaction.answered("receivers") {
        None | Some(Value::Null) => return Ok(()),
        Some(list) => list,
    };
    let each = |receiver: &Value| {
        receiver.get("id").and_then(Value::as_str)?;
        receiver.get("amount")?.as_i64().map(i128::from)
    };
    let sum: Option<i128> = list.as_array().and_then(|list| list.iter().map(each).sum());
    match sum == Some(i128::from(transaction.order.amount)) {
        true => Ok(()),
        false => {
            let expected = format!("receivers that add up to {}", transaction.order.amount);
            Err(Stop::fail(transaction.created.at, expected, shown(Some(list))))
        }
    }
}

/// The parameters of a call that would be right, with one of them left out or replaced.
async fn changed(case: &Case, name: &str, value: Option<Value>) -> Result<Reply, Stop> {
    let mut params = create_params(&case.id(), now_ms(), &case.untouched().await?);
    match value {
        Some(value) => params[name] = value,
        None => drop(params.as_object_mut().and_then(|params| params.remove(name))),
    }
    case.call("CreateTransaction", &params).await
}

async fn missing_params(case: &Case) -> Result<(), Stop> {
    let changes = [
        ("id", None),
        ("id", Some(json!(null))),
        ("id", Some(json!({}))),
        ("time", None),
        ("time", Some(json!("now"))),
        ("time", Some(json!(null))),
    ];
    for (name, value) in changes {
        let situation = format!("when `{name}` is {}", shown(value.as_ref()));
        changed(case, name, value).await?.refused(BAD_REQUEST, &situation)?;
    }
    case.payable(&case.untouched().await?).await
}

async fn missing_account(case: &Case) -> Result<(), Stop> {
    let codes = &[Code::Exactly(-32600), Code::Exactly(-31001), Code::Account];
    for name in ["amount", "account"] {
        for value in [None, Some(json!(null)), Some(json!(true))] {
            let situation = format!("when `{name}` is {}", shown(value.as_ref()));
            changed(case, name, value).await?.refused(codes, &situation)?;
        }
    }
    case.payable(&case.untouched().await?).await
}

async fn fraction(case: &Case) -> Result<(), Stop> {
    #[allow(clippy::cast_precision_loss, reason = "prices are far below 2^52")]
    let right = case.untouched().await?.amount as f64;
    for amount in [right + 0.4, right + 0.5, right - 0.1] {
        let codes = &[Code::Exactly(-31001), Code::Exactly(-32600)];
        changed(case, "amount", Some(json!(amount))).await?.refused(codes, &format!("for the amount {amount}"))?;
    }
    case.payable(&case.untouched().await?).await
}
