//! Prepare: may this order be paid, with this sum?

use crate::click::case::{Attempt, Case, Prepared};
use crate::click::reply::{AMOUNT, CANCELLED, ORDER, PAID, Reply};
use crate::click::steps::PREPARES;
use crate::suite::answer::shown;
use crate::suite::orders::soum;
use crate::suite::{Stop, rules};
use serde_json::Value;

rules! {
    click "Prepare":

    "CLICK-PREPARE-01", Required, Request / Official, accepted,
    "Prepare of an order that waits for payment is answered with error 0.",
    "The sum is compared in tiyin, or service_id and the order's number are mixed up.";

    "CLICK-PREPARE-02", Required, Request / Official, integer_id,
    "merchant_prepare_id is an integer, not a text.",
    "The number of the row is answered as a string, or it is a UUID.";

    "CLICK-PREPARE-03", Required, Request / Official, echo,
    "The answer has the click_trans_id and the merchant_trans_id of the request.",
    "The ids are left out, or the server's own ones are answered.";

    "CLICK-PREPARE-04", Required, Errors / Official, unknown_order,
    "An order that does not exist is refused with -5.",
    "The look-up raises an exception, or ends in a page with HTTP 404.";

    "CLICK-PREPARE-05", Required, Errors / Official, other_sum,
    "Another sum than the order's, less or more by a soum, is refused with -2.",
    "The sum of the request is believed; or only a smaller one is refused. Anybody can change the sum in the pay link.";

    "CLICK-PREPARE-06", Advice, Errors / Inferred, one_tiyin,
    "A sum that differs by one tiyin is refused with -2.",
    "Sums are compared as floating point numbers with a tolerance.";

    "CLICK-PREPARE-07", Expected, Request / Inferred, any_spelling,
    "The sum is a number whichever way it is written: 1000, 1000.0 and 1000.00 are the same.",
    "The text of the sum is compared with a text; which one Click sends is not documented.";

    "CLICK-PREPARE-08", Expected, Request / Read, repeated,
    "The same Prepare again is answered with error 0 and the same merchant_prepare_id.",
    "Every Prepare makes a row, or the repeat finds the order busy with itself.";

    "CLICK-PREPARE-09", Required, Errors / Official, paid_order,
    "Prepare of an order that was paid is refused with -4.",
    "The state of the order is not looked at: it is paid twice.";

    "CLICK-PREPARE-10", Expected, Errors / Read, after_confirm,
    "The same Prepare again after its payment was confirmed is refused with -4.",
    "The stored answer to the first Prepare is given again.";

    "CLICK-PREPARE-11", Advice, Errors / Inferred, after_cancel,
    "The same Prepare again after its payment was cancelled is refused with -9.",
    "The cancelled row is taken as a living one.";

    "CLICK-PREPARE-12", Expected, Errors / Official, failed_before,
    "Prepare with a negative error is answered with -9.",
    "The error of the request is looked at only in Complete.";

    "CLICK-PREPARE-13", Expected, Errors / Inferred, refusals_leave,
    "A Prepare that was refused leaves the order as it was: the next right one is accepted and can be confirmed.",
    "A row is written before the checks, and holds the order.";

    "CLICK-PREPARE-14", Required, Errors / Official, paid_once,
    "Of two attempts for one order one at most is confirmed; what the second Prepare is answered (0, -4, -9) is free.",
    "Complete looks at the attempt and not at the order.";
}

async fn accepted(case: &Case) -> Result<(), Stop> {
    let attempt = case.attempt(&case.order().await?);
    case.play(&case.prepare(&attempt)).await?.accepted("for Prepare of an order that waits for payment")
}

/// An accepted Prepare, where its id is not the question.
async fn taken(case: &Case) -> Result<(Attempt, Reply), Stop> {
    let attempt = case.attempt(&case.order().await?);
    let reply = case.play(&case.prepare(&attempt)).await?;
    reply.accepted("for Prepare of an order that waits for payment").map_err(|stop| stop.step(PREPARES))?;
    Ok((attempt, reply))
}

async fn integer_id(case: &Case) -> Result<(), Stop> {
    let (_, reply) = taken(case).await?;
    match reply.body.get("merchant_prepare_id") {
        Some(Value::Number(number)) if number.is_i64() => Ok(()),
        other => {
            let got = format!("`merchant_prepare_id` is {}", shown(other));
            Err(Stop::fail(reply.at, "`merchant_prepare_id` as an integer", got))
        }
    }
}

async fn echo(case: &Case) -> Result<(), Stop> {
    let (attempt, reply) = taken(case).await?;
    echoed(&reply, &attempt)
}

/// Requires the ids of the request in the answer. Click's sample gives them as the texts that they came as.
pub fn echoed(reply: &Reply, attempt: &Attempt) -> Result<(), Stop> {
    let wanted = [("click_trans_id", attempt.trans.to_string()), ("merchant_trans_id", attempt.order.clone())];
    for (name, wanted) in wanted {
        let value = reply.body.get(name);
        let text = match value {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(_) | None => None,
        };
        if text.as_ref() != Some(&wanted) {
            return Err(Stop::fail(reply.at, format!("`{name}` {wanted}"), format!("`{name}` is {}", shown(value))));
        }
    }
    Ok(())
}

async fn unknown_order(case: &Case) -> Result<(), Stop> {
    let reply = case.play(&case.prepare(&case.nobodys_attempt())).await?;
    reply.refused(&[ORDER], "for an order that does not exist").map(drop)
}

async fn other_sum(case: &Case) -> Result<(), Stop> {
    let attempt = case.attempt(&case.untouched().await?);
    let price = attempt.amount;
    for (tiyin, what) in [
        (price - 100, "one soum less"),
        (price + 100, "one soum more"),
        (price * 100, "a hundred times the price"),
        (price / 100, "a hundredth of the price"),
        (100, "one soum"),
    ] {
        let reply = case.play(&case.prepare(&attempt).set("amount", soum(tiyin))).await?;
        reply.refused(&[AMOUNT], &format!("for {what}"))?;
    }
    Ok(())
}

async fn one_tiyin(case: &Case) -> Result<(), Stop> {
    let attempt = case.attempt(&case.untouched().await?);
    for (tiyin, what) in [(attempt.amount - 1, "one tiyin less"), (attempt.amount + 1, "one tiyin more")] {
        let reply = case.play(&case.prepare(&attempt).set("amount", soum(tiyin))).await?;
        reply.refused(&[AMOUNT], &format!("for {what}"))?;
    }
    Ok(())
}

async fn any_spelling(case: &Case) -> Result<(), Stop> {
    for decimals in [0, 1, 2] {
        let attempt = case.attempt(&case.order().await?);
        let two = soum(attempt.amount);
        let text = match decimals {
            0 => two.strip_suffix(".00"),
            1 => two.strip_suffix('0'),
            _ => Some(two.as_str()),
        };
        let Some(text) = text else { continue };
        let reply = case.play(&case.prepare(&attempt).set("amount", text)).await?;
        reply.accepted(&format!("for the right sum written as {text}"))?;
    }
    Ok(())
}

async fn repeated(case: &Case) -> Result<(), Stop> {
    let prepared = case.prepared().await?;
    for _ in 0..2 {
        let reply = case.play(&case.prepare(&prepared.attempt)).await?;
        reply.accepted("for the same Prepare again")?;
        same_id(&reply, &prepared)?;
        case.pause().await;
    }
    Ok(())
}

fn same_id(reply: &Reply, first: &Prepared) -> Result<(), Stop> {
    match reply.prepare_id()? {
        id if id == first.id => Ok(()),
        id => {
            let expected = format!("merchant_prepare_id {}, as the first time", first.id);
            Err(Stop::fail(reply.at, expected, format!("merchant_prepare_id {id}")))
        }
    }
}

async fn paid_order(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let order = case.order().await?;
    let prepared = case.prepared_on(&order).await?;
    case.confirm(&prepared).await?;
    let reply = case.play(&case.prepare(&case.attempt(&order))).await?;
    reply.refused(&[PAID], "for another attempt to pay an order that was paid").map(drop)
}

async fn after_confirm(case: &Case) -> Result<(), Stop> {
    let (prepared, _) = case.confirmed().await?;
    let reply = case.play(&case.prepare(&prepared.attempt)).await?;
    reply.refused(&[PAID], "for the same Prepare after the payment").map(drop)
}

async fn after_cancel(case: &Case) -> Result<(), Stop> {
    let prepared = case.cancelled().await?;
    let reply = case.play(&case.prepare(&prepared.attempt)).await?;
    reply.refused(&[CANCELLED], "for the same Prepare after the cancellation").map(drop)
}

async fn failed_before(case: &Case) -> Result<(), Stop> {
    let call = case.prepare(&case.attempt(&case.order().await?)).set("error", "-5017").set("error_note", "Failed");
    case.play(&call).await?.refused(&[CANCELLED], "for Prepare with error -5017").map(drop)
}

async fn refusals_leave(case: &Case) -> Result<(), Stop> {
    let order = case.order().await?;
    let attempt = case.attempt(&order);
    let less = case.prepare(&attempt).set("amount", soum(order.amount - 100));
    let incomplete = case.prepare(&attempt).without("sign_time");
    for call in [less, incomplete, case.prepare(&attempt).set("action", "5")] {
        case.play(&call).await?;
    }
    // The same attempt, so that a row which one of the refusals wrote is in its way.
    let reply = case.play(&case.prepare(&attempt)).await?;
    reply.accepted("for the right Prepare after three that were refused")?;
    let prepared = case.taken(attempt, reply)?;
    case.still_open(&prepared, "a Prepare that was refused").await
}

async fn paid_once(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let order = case.order().await?;
    let first = case.prepared_on(&order).await?;
    let attempt = case.attempt(&order);
    let reply = case.play(&case.prepare(&attempt)).await?;
    let code = reply.refused(&[0, PAID, CANCELLED], "for a second attempt while the first waits")?;
    case.note(format!("a second attempt for an order that is prepared was answered with {code}"));
    let mut all = vec![first];
    if code == 0 {
        all.push(case.taken(attempt, reply)?);
    }
    confirmed_once(case, &all).await
}

/// Confirms all attempts one after the other: exactly one may be told that it has paid the order.
pub async fn confirmed_once(case: &Case, all: &[Prepared]) -> Result<(), Stop> {
    let mut confirmed = 0;
    for prepared in all {
        let reply = case.play(&case.complete(&prepared.attempt, &prepared.id)).await?;
        // After the card was debited nothing else may be answered.
        let code = reply.refused(&[0, PAID, CANCELLED], "for the Complete of an attempt that was prepared")?;
        confirmed += usize::from(code == 0);
    }
    match confirmed {
        1 => Ok(()),
        count => {
            let got = format!("{count} of {} were confirmed", all.len());
            Err(Stop::fail(case.last(), "exactly one attempt for the order to be confirmed", got))
        }
    }
}
