//! Complete: the money came, or it did not.

use super::prepare::echoed;
use crate::click::case::Case;
use crate::click::reply::{AMOUNT, CANCELLED, ORDER, PAID, REQUEST, TRANSACTION};
use crate::click::steps::CANCELS;
use crate::suite::answer::shown;
use crate::suite::orders::soum;
use crate::suite::{Stop, rules};
use serde_json::Value;

rules! {
    click "Complete":

    "CLICK-COMPLETE-01", Required, Request / Official, accepted,
    "Complete of a payment that Prepare accepted is answered with error 0.",
    "The signature is made without merchant_prepare_id, or the order is checked as if it were new.";

    "CLICK-COMPLETE-02", Required, Request / Official, echo,
    "The answer has the click_trans_id and the merchant_trans_id of the request.",
    "The ids are left out, or the server's own ones are answered.";

    "CLICK-COMPLETE-03", Required, Request / Official, confirm_id,
    "merchant_confirm_id is an integer or null.",
    "The number is answered as a string, or it is a UUID.";

    "CLICK-COMPLETE-04", Required, Errors / Official, repeated,
    "The same Complete again, also later, is answered with -4.",
    "The success of the first time is answered again, as Payme wants it; or the order is paid a second time.";

    "CLICK-COMPLETE-05", Required, Errors / Official, unknown_payment,
    "A merchant_prepare_id that was never given is refused with -6.",
    "merchant_prepare_id is not looked at: the order's number is enough.";

    "CLICK-COMPLETE-06", Required, Errors / Official, payment_of_another,
    "The merchant_prepare_id of another order is refused with -6, and confirms neither.",
    "The payment is found by its number, and its order is not compared.";

    "CLICK-COMPLETE-07", Advice, Errors / Inferred, other_attempt,
    "The merchant_prepare_id with another click_trans_id is refused with -6.",
    "click_trans_id is not stored, or not compared.";

    "CLICK-COMPLETE-08", Required, Errors / Official, other_sum,
    "Another sum than the prepared one is refused with -2, and the payment stays open.",
    "Only Prepare compares the sum.";

    "CLICK-COMPLETE-09", Required, Errors / Official, every_failure,
    "Every negative error, not only -1 and -5017, cancels and is answered with -9.",
    "A list of known errors is compared; all others count as paid.";

    "CLICK-COMPLETE-10", Required, Postman / Read, cancelled_again,
    "The same cancelling Complete again is answered with -9.",
    "The second cancellation finds nothing, and answers -6 or fails.";

    "CLICK-COMPLETE-11", Required, Postman / Read, confirmed_late,
    "A cancelled payment is not confirmed any more: Complete with error 0 is answered with -9.",
    "The state of the payment is not looked at.";

    "CLICK-COMPLETE-12", Required, Errors / Official, cancelled_after,
    "A cancellation of a confirmed payment is answered with -9 or -4 (the documents disagree), and confirming again is not 0.",
    "The cancelled payment is open again, or the cancellation is answered with 0.";

    "CLICK-COMPLETE-13", Expected, Errors / Inferred, unknown_order,
    "A merchant_trans_id that does not exist is refused with -5 or -6, whatever merchant_prepare_id says.",
    "The payment is found by its number, and its order is not compared.";

    "CLICK-COMPLETE-14", Expected, Errors / Inferred, no_payment,
    "A merchant_prepare_id that is no number of ours (letters, a fraction, too large) is refused with -6 or -8.",
    "The text is cut to the digits that it begins with, or an exception ends the call.";

    "CLICK-COMPLETE-15", Expected, Errors / Inferred, cancel_unknown,
    "A cancellation of a payment that was never prepared is refused with -6 or -9.",
    "It is answered with 0, or an exception ends the call.";

    "CLICK-COMPLETE-16", Advice, Request / Inferred, paid_after_cancel,
    "After a cancellation the order can be paid by another attempt.",
    "The order is cancelled together with the attempt, as in Click's samples: the customer cannot try again.";
}

async fn accepted(case: &Case) -> Result<(), Stop> {
    let prepared = case.prepared().await?;
    let reply = case.play(&case.complete(&prepared.attempt, &prepared.id)).await?;
    reply.accepted("for Complete of a payment that Prepare accepted")
}

async fn echo(case: &Case) -> Result<(), Stop> {
    let (prepared, reply) = case.confirmed().await?;
    echoed(&reply, &prepared.attempt)
}

async fn confirm_id(case: &Case) -> Result<(), Stop> {
    let (_, reply) = case.confirmed().await?;
    match reply.body.get("merchant_confirm_id") {
        Some(Value::Number(number)) if number.is_i64() => Ok(()),
        Some(Value::Null) => {
            case.note("merchant_confirm_id is null");
            Ok(())
        }
        None => {
            case.note("merchant_confirm_id is left out, which may stand for null");
            Ok(())
        }
        other => {
            let got = format!("`merchant_confirm_id` is {}", shown(other));
            Err(Stop::fail(reply.at, "`merchant_confirm_id` as an integer or null", got))
        }
    }
}

async fn repeated(case: &Case) -> Result<(), Stop> {
    let (prepared, _) = case.confirmed().await?;
    for _ in 0..2 {
        let reply = case.play(&case.complete(&prepared.attempt, &prepared.id)).await?;
        reply.refused(&[PAID], "for the same Complete again")?;
        case.pause().await;
    }
    Ok(())
}

async fn unknown_payment(case: &Case) -> Result<(), Stop> {
    let prepared = case.prepared().await?;
    for id in ["999999999", "0"] {
        let reply = case.play(&case.complete(&prepared.attempt, id)).await?;
        reply.refused(&[TRANSACTION], &format!("for the merchant_prepare_id {id}, which was never given"))?;
    }
    case.still_open(&prepared, "a Complete with an unknown merchant_prepare_id").await
}

async fn payment_of_another(case: &Case) -> Result<(), Stop> {
    let (one, other) = (case.prepared().await?, case.prepared().await?);
    let reply = case.play(&case.complete(&one.attempt, &other.id)).await?;
    reply.refused(&[TRANSACTION], "for the merchant_prepare_id of another order")?;
    case.still_open(&one, "a Complete with the merchant_prepare_id of another order").await?;
    case.still_open(&other, "a Complete with the merchant_prepare_id of this order for another").await
}

async fn other_attempt(case: &Case) -> Result<(), Stop> {
    let prepared = case.prepared().await?;
    let call =
        case.complete(&prepared.attempt, &prepared.id).set("click_trans_id", case.bench.names.number().to_string());
    case.play(&call).await?.refused(&[TRANSACTION], "for a click_trans_id that was never prepared").map(drop)
}

async fn other_sum(case: &Case) -> Result<(), Stop> {
    let prepared = case.prepared().await?;
    let price = prepared.attempt.amount;
    for (tiyin, what) in [(price - 100, "one soum less"), (price + 100, "one soum more"), (100, "one soum")] {
        let call = case.complete(&prepared.attempt, &prepared.id).set("amount", soum(tiyin));
        case.play(&call).await?.refused(&[AMOUNT], &format!("for {what}"))?;
    }
    case.still_open(&prepared, "a Complete with another sum").await
}

async fn every_failure(case: &Case) -> Result<(), Stop> {
    for error in ["-5017", "-1", "-2", "-9", "-31300"] {
        let prepared = case.prepared().await?;
        let call = case.cancel(&prepared.attempt, &prepared.id).set("error", error);
        case.play(&call).await?.refused(&[CANCELLED], &format!("for a Complete with error {error}"))?;
        let reply = case.play(&case.complete(&prepared.attempt, &prepared.id)).await?;
        // A cancelled payment that is confirmed whatever the error was is the subject of a rule of its own.
        let refused = reply.not_accepted(&format!("for a Complete after one with error {error}"));
        refused.map_err(|stop| stop.step(&["CLICK-COMPLETE-11"]))?;
    }
    Ok(())
}

async fn cancelled_again(case: &Case) -> Result<(), Stop> {
    let prepared = case.cancelled().await?;
    let reply = case.play(&case.cancel(&prepared.attempt, &prepared.id)).await?;
    reply.refused(&[CANCELLED], "for the same cancellation again").map(drop)
}

async fn confirmed_late(case: &Case) -> Result<(), Stop> {
    let prepared = case.cancelled().await?;
    let reply = case.play(&case.complete(&prepared.attempt, &prepared.id)).await?;
    reply.refused(&[CANCELLED], "for a payment that was cancelled before").map(drop)
}

async fn cancelled_after(case: &Case) -> Result<(), Stop> {
    let (prepared, _) = case.confirmed().await?;
    let reply = case.play(&case.cancel(&prepared.attempt, &prepared.id)).await?;
    let code = reply.refused(&[CANCELLED, PAID], "for the cancellation of a confirmed payment")?;
    case.note(format!("a cancellation of a confirmed payment was answered with {code}"));
    let reply = case.play(&case.complete(&prepared.attempt, &prepared.id)).await?;
    reply.refused(&[PAID, CANCELLED], "for confirming it again").map(drop)
}

async fn unknown_order(case: &Case) -> Result<(), Stop> {
    let prepared = case.prepared().await?;
    let call = case.complete(&prepared.attempt, &prepared.id).set("merchant_trans_id", case.nobodys_attempt().order);
    case.play(&call).await?.refused(&[ORDER, TRANSACTION], "for an order that does not exist")?;
    case.still_open(&prepared, "a Complete for an unknown order").await
}

async fn no_payment(case: &Case) -> Result<(), Stop> {
    let prepared = case.prepared().await?;
    let cut = format!("{}x", prepared.id);
    for id in [cut.as_str(), "abc", "-1", "1.5", "99999999999999999999999"] {
        let reply = case.play(&case.complete(&prepared.attempt, id)).await?;
        reply.refused(&[TRANSACTION, REQUEST], &format!("for the merchant_prepare_id `{id}`"))?;
    }
    case.still_open(&prepared, "a Complete with a merchant_prepare_id that is no number").await
}

async fn cancel_unknown(case: &Case) -> Result<(), Stop> {
    let prepared = case.prepared().await?;
    let reply = case.play(&case.cancel(&prepared.attempt, "999999999")).await?;
    let code = reply.refused(&[TRANSACTION, CANCELLED], "for the cancellation of an unknown payment")?;
    case.note(format!("a cancellation of an unknown payment was answered with {code}"));
    Ok(())
}

async fn paid_after_cancel(case: &Case) -> Result<(), Stop> {
    let order = case.order().await?;
    let prepared = case.prepared_on(&order).await?;
    let reply = case.play(&case.cancel(&prepared.attempt, &prepared.id)).await?;
    reply.refused(&[CANCELLED], "for a Complete that cancels").map_err(|stop| stop.step(CANCELS))?;
    let attempt = case.attempt(&order);
    let reply = case.play(&case.prepare(&attempt)).await?;
    reply.accepted("for another attempt after a cancellation")?;
    let again = case.taken(attempt, reply)?;
    case.confirm(&again).await.map(drop)
}
