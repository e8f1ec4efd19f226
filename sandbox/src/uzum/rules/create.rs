//! create: a payment begins.

use crate::suite::orders::Order;
use crate::suite::{Stop, rules};
use crate::uzum::case::{Case, Created};
use crate::uzum::reply::{ACCOUNT, AMOUNT, CANCELLED, EXISTS, INTERNAL, PAID};
use serde_json::json;

rules! {
    uzum "create":

    "UZUM-CREATE-01", Required, Merchant / Official, accepted,
    "create on an order that waits for payment is answered with status CREATED.",
    "The sum is compared in soum, or the order is still held by an earlier transaction.";

    "UZUM-CREATE-02", Required, Merchant / Official, echo,
    "The answer has the transId and the serviceId of the request.",
    "The server's own number is answered as transId.";

    "UZUM-CREATE-03", Required, Merchant / Official, amount,
    "amount in the answer is the sum of the request, an integer of tiyin.",
    "It is answered in soum, or as a text.";

    "UZUM-CREATE-04", Required, Merchant / Official, time,
    "transTime is the merchant's time now, in milliseconds.",
    "It is in seconds, or a local time is taken for UTC.";

    "UZUM-CREATE-05", Expected, Merchant / Read, repeated,
    "The same transId again is refused with 10010, or answered word for word as the first time; nothing new is made.",
    "Every create makes a row, or the repeat finds the order busy with itself.";

    "UZUM-CREATE-06", Required, Merchant / Read, unknown_order,
    "An order that does not exist is refused with 10007, and nothing is stored.",
    "The codes of an older edition are answered, where 10007 and 10008 are swapped.";

    "UZUM-CREATE-07", Required, Merchant / Read, paid_order,
    "An order that was paid is refused with 10008.",
    "The state of the order is not looked at: it is paid twice.";

    "UZUM-CREATE-08", Required, Merchant / Read, other_sum,
    "Another sum than the order's, less or more, is refused with 10011 (or 10012, 10013), and nothing is stored.",
    "The sum of the request is believed, or is compared in soum.";

    "UZUM-CREATE-09", Required, Merchant / Inferred, paid_once,
    "Of two transactions for one order one at most is confirmed; what the second create is answered is free.",
    "confirm looks at the transaction and not at the order.";

    "UZUM-CREATE-10", Expected, Merchant / Read, after_end,
    "The transId of a transaction that was confirmed or reversed is refused with 10010, or its first answer is given again.",
    "The order is looked at before the transId, its code is answered (10008, 10009), or a transaction that has ended is made anew.";
}

/// What may be answered to a second transaction while the first one lives.
const BUSY: &[i64] = &[ACCOUNT, PAID, CANCELLED, EXISTS, INTERNAL];

async fn accepted(case: &Case) -> Result<(), Stop> {
    let order = case.order().await?;
    let reply = case.play(&case.create(&case.id(), &order)).await?;
    reply.accepted("CREATED", "for a new transaction of an order that waits for payment")
}

async fn echo(case: &Case) -> Result<(), Stop> {
    let transaction = case.created().await?;
    transaction.created.member("transId", &json!(transaction.id))?;
    transaction.created.member("serviceId", &json!(case.uzum.service))
}

async fn amount(case: &Case) -> Result<(), Stop> {
    let transaction = case.created().await?;
    transaction.created.member("amount", &json!(transaction.order.amount))
}

async fn time(case: &Case) -> Result<(), Stop> {
    case.created().await?.created.recent("transTime").map(drop)
}

async fn repeated(case: &Case) -> Result<(), Stop> {
    let transaction = case.created().await?;
    let first = case.stands(&transaction.id, "CREATED").await?;
    case.pause().await;
    let reply = case.play(&case.create(&transaction.id, &transaction.order)).await?;
    let came = reply.repeats(EXISTS, &transaction.created, "for the same transId again")?;
    case.note(format!("a repeated create was answered with {came}"));
    case.stands(&transaction.id, "CREATED").await?.member("transTime", &first.body["transTime"])
}

async fn unknown_order(case: &Case) -> Result<(), Stop> {
    let id = case.id();
    let reply = case.play(&case.create(&id, &case.nobodys_order())).await?;
    reply.refused(&[ACCOUNT], "for an order that does not exist")?;
    case.unknown(&id, "a create that was refused").await
}

async fn paid_order(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let (transaction, _) = case.confirmed().await?;
    let reply = case.play(&case.create(&case.id(), &transaction.order)).await?;
    reply.refused(&[PAID], "for an order that was paid").map(drop)
}

async fn other_sum(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    let price = order.amount;
    for (tiyin, what) in [
        (price - 1, "one tiyin less"),
        (price + 1, "one tiyin more"),
        (price / 100, "the price in soum"),
        (price * 100, "a hundred times the price"),
    ] {
        let id = case.id();
        let other = Order { amount: tiyin, ..order.clone() };
        case.play(&case.create(&id, &other)).await?.refused(AMOUNT, &format!("for {what}"))?;
        case.unknown(&id, "a create that was refused").await?;
    }
    Ok(())
}

async fn paid_once(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let order = case.order().await?;
    let first = case.created_on(&order).await?;
    let id = case.id();
    let reply = case.play(&case.create(&id, &order)).await?;
    let mut all = vec![first];
    match reply.code() {
        None => {
            reply.accepted("CREATED", "or a refusal for a second transaction while the first one lives")?;
            case.note("a second transaction while the first one lives was accepted");
            all.push(Created { id, order, created: reply, ended: None });
        }
        Some(_) => {
            let code = reply.refused(BUSY, "or status CREATED for a second transaction while the first one lives")?;
            case.note(format!("a second transaction while the first one lives was answered with {code}"));
        }
    }
    confirmed_once(case, &all).await
}

/// Confirms all transactions one after the other: exactly one may be told that it has paid the order.
pub async fn confirmed_once(case: &Case, all: &[Created]) -> Result<(), Stop> {
    let mut confirmed = 0;
    for transaction in all {
        let reply = case.play(&case.confirm(&transaction.id)).await?;
        confirmed += usize::from(reply.status() == Some("CONFIRMED"));
    }
    match confirmed {
        1 => Ok(()),
        count => {
            let got = format!("{count} of {} were confirmed", all.len());
            Err(Stop::fail(case.last(), "exactly one transaction for the order to be confirmed", got))
        }
    }
}

async fn after_end(case: &Case) -> Result<(), Stop> {
    let ((paid, _), (ended, _)) = (case.confirmed().await?, case.reversed().await?);
    for (transaction, word) in [(paid, "CONFIRMED"), (ended, "REVERSED")] {
        let reply = case.play(&case.create(&transaction.id, &transaction.order)).await?;
        let situation = format!("for create of a transaction that is {word}");
        reply.repeats(EXISTS, &transaction.created, &situation)?;
        case.stands(&transaction.id, word).await?;
    }
    Ok(())
}
