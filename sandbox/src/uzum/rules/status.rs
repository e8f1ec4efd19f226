//! status: what has become of a transaction. Uzum asks it when confirm was not answered.

use crate::suite::answer::shown;
use crate::suite::{Stop, rules};
use crate::uzum::case::{Case, Created};
use crate::uzum::reply::{Reply, UNKNOWN};
use serde_json::{Value, json};

rules! {
    uzum "status":

    "UZUM-STATUS-01", Required, Merchant / Official, created,
    "A transaction that was created has status CREATED and the transTime that create answered; confirmTime and reverseTime are null.",
    "The times are made anew, or are 0 where nothing has happened.";

    "UZUM-STATUS-02", Required, Merchant / Official, confirmed,
    "A transaction that was confirmed has status CONFIRMED and the confirmTime that confirm answered.",
    "The answer of confirm is given before it is stored, or its time is made from another clock.";

    "UZUM-STATUS-03", Required, Merchant / Official, reversed,
    "A transaction that was reversed has status REVERSED and the reverseTime that reverse answered.",
    "Another word is stored, CANCELLED for example; or reverse answers a time from another clock than the stored one.";

    "UZUM-STATUS-04", Required, Merchant / Read, unknown,
    "A transId that was never created is refused with 10014.",
    "Another code is used, the look-up raises an exception, or HTTP 404 is answered.";

    "UZUM-STATUS-05", Expected, Merchant / Inferred, same_again,
    "status changes nothing: asked ten times, it tells the same each time.",
    "The answer is made from the clock, or asking touches the row.";

    "UZUM-STATUS-06", Required, Merchant / Official, echo,
    "The answer has the transId, the serviceId and the sum in tiyin.",
    "Members are left out, or the sum is answered in soum.";
}

/// Requires a time that has not happened to be null; left out stands for null.
fn not_yet(reply: &Reply, names: &[&str]) -> Result<(), Stop> {
    match names.iter().find(|name| reply.body.get(**name).is_some_and(|value| !value.is_null())) {
        None => Ok(()),
        Some(name) => {
            let got = format!("`{name}` is {}", shown(reply.body.get(*name)));
            Err(Stop::fail(reply.at, format!("`{name}` null, because it has not happened"), got))
        }
    }
}

async fn created(case: &Case) -> Result<(), Stop> {
    let transaction = case.created().await?;
    let row = told(case, &transaction, "CREATED").await?;
    row.member("transTime", &transaction.created.body["transTime"])?;
    not_yet(&row, &["confirmTime", "reverseTime"])
}

async fn told(case: &Case, transaction: &Created, word: &str) -> Result<Reply, Stop> {
    let row = case.play(&case.status(&transaction.id)).await?;
    row.accepted(word, "from status")?;
    Ok(row)
}

async fn confirmed(case: &Case) -> Result<(), Stop> {
    let (transaction, reply) = case.confirmed().await?;
    let row = told(case, &transaction, "CONFIRMED").await?;
    row.member("transTime", &transaction.created.body["transTime"])?;
    row.member("confirmTime", &reply.body["confirmTime"])?;
    not_yet(&row, &["reverseTime"])
}

async fn reversed(case: &Case) -> Result<(), Stop> {
    let (transaction, reply) = case.reversed().await?;
    let row = told(case, &transaction, "REVERSED").await?;
    row.member("reverseTime", &reply.body["reverseTime"])?;
    not_yet(&row, &["confirmTime"])
}

async fn unknown(case: &Case) -> Result<(), Stop> {
    let reply = case.play(&case.status(&case.id())).await?;
    reply.refused(&[UNKNOWN], "for a transId that was never created").map(drop)
}

async fn same_again(case: &Case) -> Result<(), Stop> {
    const TIMES: usize = 10;
    let (transaction, _) = case.confirmed().await?;
    let story = |reply: &Reply| -> Vec<Value> {
        let names = ["status", "transTime", "confirmTime", "reverseTime", "amount"];
        names.iter().map(|name| reply.body.get(*name).cloned().unwrap_or_default()).collect()
    };
    let first = case.stands(&transaction.id, "CONFIRMED").await?;
    case.pause().await;
    for _ in 1..TIMES {
        let again = case.play(&case.status(&transaction.id)).await?;
        if story(&again) != story(&first) {
            let expected = format!("the same as before: {}", shown(Some(&first.body)));
            return Err(Stop::fail(again.at, expected, shown(Some(&again.body))));
        }
    }
    Ok(())
}

async fn echo(case: &Case) -> Result<(), Stop> {
    let transaction = case.created().await?;
    let row = case.stands(&transaction.id, "CREATED").await?;
    row.member("transId", &json!(transaction.id))?;
    row.member("serviceId", &json!(case.uzum.service))?;
    row.member("amount", &json!(transaction.order.amount))
}
