//! reverse: the payment ends, or goes back.

use crate::suite::{Stop, rules};
use crate::uzum::case::Case;
use crate::uzum::reply::{ENDED, UNKNOWN};
use serde_json::json;

rules! {
    uzum "reverse":

    "UZUM-REVERSE-01", Required, Merchant / Official, accepted,
    "reverse of a transaction that was created is answered with status REVERSED.",
    "Only confirmed transactions are taken back, or another word is answered.";

    "UZUM-REVERSE-02", Required, Merchant / Official, echo,
    "The answer has the transId, the serviceId, the sum in tiyin, and reverseTime as the time now in milliseconds.",
    "Members are left out, or the time is in seconds.";

    "UZUM-REVERSE-03", Required, Merchant / Read, repeated,
    "The same reverse again, also later, is refused with 10018, or answered word for word as the first time.",
    "reverseTime is taken from the clock at every call, or the second call is refused with another code.";

    "UZUM-REVERSE-04", Required, Merchant / Read, unknown,
    "A transId that was never created is refused with 10014.",
    "Another code is used, the look-up raises an exception, or an unknown transaction counts as reversed.";

    "UZUM-REVERSE-05", Required, Merchant / Read, confirmed,
    "reverse of a confirmed transaction is answered with REVERSED or 10017, and status says the same afterwards.",
    "The answer and the stored state differ: money goes back for an order that stays paid.";

    "UZUM-REVERSE-06", Advice, Merchant / Inferred, paid_after,
    "After a transaction was reversed unpaid, the order can be paid by another one.",
    "The order is cancelled together with the transaction: the customer cannot try again.";
}

async fn accepted(case: &Case) -> Result<(), Stop> {
    let transaction = case.created().await?;
    let reply = case.play(&case.reverse(&transaction.id)).await?;
    reply.accepted("REVERSED", "for reverse of a transaction that was created")
}

async fn echo(case: &Case) -> Result<(), Stop> {
    let (transaction, reply) = case.reversed().await?;
    reply.member("transId", &json!(transaction.id))?;
    reply.member("serviceId", &json!(case.uzum.service))?;
    reply.member("amount", &json!(transaction.order.amount))?;
    reply.recent("reverseTime").map(drop)
}

async fn repeated(case: &Case) -> Result<(), Stop> {
    let (transaction, first) = case.reversed().await?;
    for _ in 0..2 {
        case.pause().await;
        let reply = case.play(&case.reverse(&transaction.id)).await?;
        let came = reply.repeats(ENDED, &first, "for the same reverse again")?;
        case.note(format!("a repeated reverse was answered with {came}"));
    }
    Ok(())
}

async fn unknown(case: &Case) -> Result<(), Stop> {
    let reply = case.play(&case.reverse(&case.id())).await?;
    reply.refused(&[UNKNOWN], "for a transId that was never created").map(drop)
}

async fn confirmed(case: &Case) -> Result<(), Stop> {
    match case.refunded().await? {
        Some((transaction, reply)) => {
            case.note("a confirmed transaction can be taken back");
            let row = case.stands(&transaction.id, "REVERSED").await?;
            let told = row.member("reverseTime", &reply.body["reverseTime"]);
            told.map_err(|stop| stop.step(&["UZUM-STATUS-03"]))
        }
        None => {
            case.note("a confirmed transaction cannot be taken back (10017)");
            let (transaction, _) = case.confirmed().await?;
            case.play(&case.reverse(&transaction.id)).await?;
            case.stands(&transaction.id, "CONFIRMED").await.map(drop)
        }
    }
}

async fn paid_after(case: &Case) -> Result<(), Stop> {
    let (transaction, _) = case.reversed().await?;
    let reply = case.play(&case.create(&case.id(), &transaction.order)).await?;
    reply.accepted("CREATED", "for another transaction after one was reversed unpaid")
}
