//! confirm: the customer was debited.

use crate::suite::{Stop, rules};
use crate::uzum::case::{Call, Case};
use crate::uzum::reply::{CONFIRMED, REVERSED, UNKNOWN};
use serde_json::json;

rules! {
    uzum "confirm":

    "UZUM-CONFIRM-01", Required, Merchant / Official, accepted,
    "confirm of a transaction that was created is answered with status CONFIRMED.",
    "The order is checked as if it were new, and is busy with itself.";

    "UZUM-CONFIRM-02", Required, Merchant / Official, echo,
    "The answer has the transId, the serviceId and the sum in tiyin.",
    "Members are left out, or the sum is answered in soum.";

    "UZUM-CONFIRM-03", Required, Merchant / Official, time,
    "confirmTime is the merchant's time now, in milliseconds.",
    "It is in seconds, or a local time is taken for UTC.";

    "UZUM-CONFIRM-04", Required, Merchant / Read, repeated,
    "The same confirm again, also later, is refused with 10016, or answered word for word as the first time.",
    "The order is paid a second time, or confirmTime is taken from the clock at every call.";

    "UZUM-CONFIRM-05", Required, Merchant / Read, unknown,
    "A transId that was never created is refused with 10014.",
    "Another code is used, the look-up raises an exception, or confirm creates what it does not find.";

    "UZUM-CONFIRM-06", Required, Merchant / Read, reversed,
    "A transaction that was reversed is refused with 10015, and stays reversed.",
    "The state of the transaction is not looked at.";

    "UZUM-CONFIRM-07", Expected, Merchant / Read, odd_payments,
    "The payment's details are only kept: a phone with + or without, a source nobody knows, members that may be absent are all taken.",
    "The details are validated, and a payment fails after the money was taken.";
}

async fn accepted(case: &Case) -> Result<(), Stop> {
    let transaction = case.created().await?;
    let reply = case.play(&case.confirm(&transaction.id)).await?;
    reply.accepted("CONFIRMED", "for confirm of a transaction that was created")
}

async fn echo(case: &Case) -> Result<(), Stop> {
    let (transaction, reply) = case.confirmed().await?;
    reply.member("transId", &json!(transaction.id))?;
    reply.member("serviceId", &json!(case.uzum.service))?;
    reply.member("amount", &json!(transaction.order.amount))
}

async fn time(case: &Case) -> Result<(), Stop> {
    case.confirmed().await?.1.recent("confirmTime").map(drop)
}

async fn repeated(case: &Case) -> Result<(), Stop> {
    let (transaction, first) = case.confirmed().await?;
    for _ in 0..2 {
        let reply = case.play(&case.confirm(&transaction.id)).await?;
        let came = reply.repeats(CONFIRMED, &first, "for the same confirm again")?;
        case.note(format!("a repeated confirm was answered with {came}"));
        case.pause().await;
    }
    case.stands(&transaction.id, "CONFIRMED").await.map(drop)
}

async fn unknown(case: &Case) -> Result<(), Stop> {
    let id = case.id();
    case.play(&case.confirm(&id)).await?.refused(&[UNKNOWN], "for a transId that was never created")?;
    case.unknown(&id, "a confirm that was refused").await
}

async fn reversed(case: &Case) -> Result<(), Stop> {
    let (transaction, _) = case.reversed().await?;
    let reply = case.play(&case.confirm(&transaction.id)).await?;
    reply.refused(&[REVERSED], "for a transaction that was reversed")?;
    case.stands(&transaction.id, "REVERSED").await.map(drop)
}

/// Another way in which the same payment may be told.
type Change = fn(Call) -> Call;

async fn odd_payments(case: &Case) -> Result<(), Stop> {
    let changes: [(Change, &str); 3] = [
        (|call| call.set("phone", json!("+998901234567")), "for a phone with +"),
        (|call| call.set("paymentSource", json!("SOMETHING_NEW")), "for a paymentSource that nobody knows"),
        (
            |call| call.without("tariff").without("processingReferenceNumber").without("cardType"),
            "without the members that may be absent",
        ),
    ];
    for (change, what) in changes {
        let transaction = case.created().await?;
        case.play(&change(case.confirm(&transaction.id))).await?.accepted("CONFIRMED", what)?;
    }
    Ok(())
}
