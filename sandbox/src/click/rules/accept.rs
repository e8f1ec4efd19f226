//! The 15 cases of Click's own collection, in its order. Three payments are walked through them.
//!
//! Each case makes sure of the cases before it, so that a single one can be run with `--only` too.

use crate::click::case::{Case, Prepared};
use crate::click::reply::{AMOUNT, CANCELLED, ORDER, PAID, SIGN, TRANSACTION};
use crate::suite::{Stop, rules};

rules! {
    click "Click's 15 cases":

    "CLICK-ACCEPT-01", Required, Postman / Read, wrong_signature,
    "Case 1: Prepare with a wrong signature is answered with error -1.",
    "The signature is not compared, or another code is used for it.";

    "CLICK-ACCEPT-02", Required, Postman / Read, unknown_order,
    "Case 2: Prepare of an order that does not exist is answered with error -5.",
    "An order that is not found ends in a 404 page, or in another code.";

    "CLICK-ACCEPT-03", Required, Postman / Read, first_prepared,
    "Case 3: Prepare of an order that waits for payment is answered with error 0.",
    "The sum is compared in tiyin, or the order is already held by an earlier attempt.";

    "CLICK-ACCEPT-04", Required, Postman / Read, complete_wrong_signature,
    "Case 4: Complete with a wrong signature is answered with error -1.",
    "Complete does not check the signature, or checks it after everything else.";

    "CLICK-ACCEPT-05", Required, Postman / Read, other_sum,
    "Case 5: Complete with a sum of 300 is answered with error -2.",
    "Only Prepare compares the sum.";

    "CLICK-ACCEPT-06", Required, Postman / Read, first_confirmed,
    "Case 6: Complete of the payment of case 3 is answered with error 0.",
    "Complete computes the signature without merchant_prepare_id.";

    "CLICK-ACCEPT-07", Required, Postman / Read, confirmed_again,
    "Case 7: the same Complete again is answered with error -4.",
    "A repeat is answered with the success of the first time, as Payme wants it; Click wants -4.";

    "CLICK-ACCEPT-08", Required, Postman / Read, cancelled_after,
    "Case 8: Complete with error -5017 for the confirmed payment is answered with error -9.",
    "It is answered with -4, as Click's PHP sample does, or with the success of the confirmation; or the payment is not looked up because of the error.";

    "CLICK-ACCEPT-09", Required, Postman / Read, second_prepared,
    "Case 9: Prepare of another order is answered with error 0.",
    "An earlier payment holds more than its own order.";

    "CLICK-ACCEPT-10", Required, Postman / Read, unknown_payment,
    "Case 10: Complete with merchant_prepare_id 999999999 is answered with error -6.",
    "merchant_prepare_id is not looked at: the order's number is enough.";

    "CLICK-ACCEPT-11", Required, Postman / Read, second_confirmed,
    "Case 11: Complete with the right merchant_prepare_id of case 9 is answered with error 0.",
    "The refusal of case 10 has closed the payment.";

    "CLICK-ACCEPT-12", Required, Postman / Read, third_prepared,
    "Case 12: Prepare of a third order is answered with error 0.",
    "An earlier payment holds more than its own order.";

    "CLICK-ACCEPT-13", Required, Postman / Read, third_cancelled,
    "Case 13: Complete with error -5017 is answered with error -9.",
    "A cancellation is answered with 0, or the error of the request is not looked at.";

    "CLICK-ACCEPT-14", Required, Postman / Read, cancelled_again,
    "Case 14: the Complete of case 13 again is answered with error -9.",
    "The second cancellation finds nothing any more, or finds it cancelled and answers another code.";

    "CLICK-ACCEPT-15", Required, Postman / Read, confirmed_late,
    "Case 15: Complete with error 0 for the payment cancelled in case 13 is answered with error -9.",
    "A cancelled payment is confirmed.";
}

/// The sum that Click's collection sends in case 5.
const WRONG_SUM: &str = "300";

/// The payment of this walk, prepared if it is not yet.
async fn prepared(case: &Case, which: usize) -> Result<Prepared, Stop> {
    const CASES: [&[&str]; 3] = [
        &["CLICK-ACCEPT-03", "CLICK-PREPARE-01", "CLICK-PREPARE-02"],
        &["CLICK-ACCEPT-09", "CLICK-ACCEPT-03", "CLICK-PREPARE-01", "CLICK-PREPARE-02"],
        &["CLICK-ACCEPT-12", "CLICK-ACCEPT-03", "CLICK-PREPARE-01", "CLICK-PREPARE-02"],
    ];
    let mut walk = case.click.walks[which].lock().await;
    let prepared = match walk.prepared.take() {
        Some(prepared) => prepared,
        None => {
            let attempt = case.attempt(&case.order().await?);
            let reply = case.play(&case.prepare(&attempt)).await?;
            case.taken(attempt, reply).map_err(|stop| stop.step(CASES[which]))?
        }
    };
    Ok(walk.prepared.insert(prepared).clone())
}

/// The payment of this walk, confirmed if it is not yet.
async fn confirmed(case: &Case, which: usize) -> Result<Prepared, Stop> {
    let prepared = prepared(case, which).await?;
    let mut walk = case.click.walks[which].lock().await;
    if !walk.ended {
        let reply = case.play(&case.complete(&prepared.attempt, &prepared.id)).await?;
        let cases: &[&str] = match which {
            0 => &["CLICK-ACCEPT-06", "CLICK-COMPLETE-01"],
            _ => &["CLICK-ACCEPT-11", "CLICK-ACCEPT-06", "CLICK-COMPLETE-01"],
        };
        reply.accepted("for Complete of a payment that Prepare accepted").map_err(|stop| stop.step(cases))?;
        walk.ended = true;
    }
    Ok(prepared)
}

/// The third payment, cancelled if it is not yet.
async fn cancelled(case: &Case) -> Result<Prepared, Stop> {
    let prepared = prepared(case, 2).await?;
    let mut walk = case.click.walks[2].lock().await;
    if !walk.ended {
        let reply = case.play(&case.cancel(&prepared.attempt, &prepared.id)).await?;
        let refused = reply.refused(&[CANCELLED], "for a Complete that cancels");
        refused.map_err(|stop| stop.step(&["CLICK-ACCEPT-13", "CLICK-COMPLETE-09"]))?;
        walk.ended = true;
    }
    Ok(prepared)
}

async fn wrong_signature(case: &Case) -> Result<(), Stop> {
    let attempt = case.attempt(&case.untouched().await?);
    let reply = case.play(&case.prepare(&attempt).forged()).await?;
    reply.refused(&[SIGN], "for a wrong signature").map(drop)
}

async fn unknown_order(case: &Case) -> Result<(), Stop> {
    let reply = case.play(&case.prepare(&case.nobodys_attempt())).await?;
    reply.refused(&[ORDER], "for an order that does not exist").map(drop)
}

async fn first_prepared(case: &Case) -> Result<(), Stop> {
    prepared(case, 0).await.map(drop)
}

async fn complete_wrong_signature(case: &Case) -> Result<(), Stop> {
    let prepared = prepared(case, 0).await?;
    let reply = case.play(&case.complete(&prepared.attempt, &prepared.id).forged()).await?;
    reply.refused(&[SIGN], "for a wrong signature").map(drop)
}

async fn other_sum(case: &Case) -> Result<(), Stop> {
    let prepared = prepared(case, 0).await?;
    if prepared.attempt.amount == 30_000 {
        return Err(Stop::Untried("the order costs 300 soum, the sum that is to be refused here".to_owned()));
    }
    let call = case.complete(&prepared.attempt, &prepared.id).set("amount", WRONG_SUM);
    case.play(&call).await?.refused(&[AMOUNT], "for a sum that is not the order's").map(drop)
}

async fn first_confirmed(case: &Case) -> Result<(), Stop> {
    confirmed(case, 0).await.map(drop)
}

async fn confirmed_again(case: &Case) -> Result<(), Stop> {
    let prepared = confirmed(case, 0).await?;
    let reply = case.play(&case.complete(&prepared.attempt, &prepared.id)).await?;
    reply.refused(&[PAID], "for a payment that was confirmed before").map(drop)
}

async fn cancelled_after(case: &Case) -> Result<(), Stop> {
    let prepared = confirmed(case, 0).await?;
    let reply = case.play(&case.cancel(&prepared.attempt, &prepared.id)).await?;
    reply.refused(&[CANCELLED], "for a Complete with error -5017").map(drop)
}

async fn second_prepared(case: &Case) -> Result<(), Stop> {
    prepared(case, 1).await.map(drop)
}

async fn unknown_payment(case: &Case) -> Result<(), Stop> {
    let prepared = prepared(case, 1).await?;
    let reply = case.play(&case.complete(&prepared.attempt, "999999999")).await?;
    reply.refused(&[TRANSACTION], "for a merchant_prepare_id that was never given").map(drop)
}

async fn second_confirmed(case: &Case) -> Result<(), Stop> {
    confirmed(case, 1).await.map(drop)
}

async fn third_prepared(case: &Case) -> Result<(), Stop> {
    prepared(case, 2).await.map(drop)
}

async fn third_cancelled(case: &Case) -> Result<(), Stop> {
    cancelled(case).await.map(drop)
}

async fn cancelled_again(case: &Case) -> Result<(), Stop> {
    let prepared = cancelled(case).await?;
    let reply = case.play(&case.cancel(&prepared.attempt, &prepared.id)).await?;
    reply.refused(&[CANCELLED], "for a payment that was cancelled before").map(drop)
}

async fn confirmed_late(case: &Case) -> Result<(), Stop> {
    let prepared = cancelled(case).await?;
    let reply = case.play(&case.complete(&prepared.attempt, &prepared.id)).await?;
    reply.refused(&[CANCELLED], "for a payment that was cancelled before").map(drop)
}
