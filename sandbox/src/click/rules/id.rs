//! Click's numbers are 64 bits wide.

use super::prepare::echoed;
use crate::click::case::{Attempt, Case};
use crate::suite::{Stop, rules};

rules! {
    click "Large numbers":

    "CLICK-ID-01", Expected, Request / Official, beyond_floats,
    "A click_trans_id beyond 2^53 comes back digit by digit, and its payment can be confirmed.",
    "The number goes through a floating point number, in JavaScript for example.";

    "CLICK-ID-02", Expected, Request / Official, beyond_32_bits,
    "Two click_trans_id that differ by 2^32 are two payments.",
    "The column or the variable has 32 bits.";
}

async fn beyond_floats(case: &Case) -> Result<(), Stop> {
    // Odd and above 2^53: no floating point number is this one.
    let trans = 9_007_199_254_740_993 + 2 * (case.bench.names.number() % 1_000_000_000_000);
    let attempt = Attempt { trans, ..case.attempt(&case.order().await?) };
    let reply = case.play(&case.prepare(&attempt)).await?;
    reply.accepted("for a click_trans_id beyond 2^53")?;
    echoed(&reply, &attempt)?;
    let prepared = case.taken(attempt, reply)?;
    case.confirm(&prepared).await.map(drop)
}

async fn beyond_32_bits(case: &Case) -> Result<(), Stop> {
    let first = case.prepared().await?;
    let trans = first.attempt.trans + (1 << 32);
    let attempt = Attempt { trans, ..case.attempt(&case.order().await?) };
    let reply = case.play(&case.prepare(&attempt)).await?;
    reply.accepted("for a click_trans_id that differs by 2^32 from an earlier one")?;
    let second = case.taken(attempt, reply)?;
    if first.id == second.id {
        let got = format!("merchant_prepare_id {} for both", second.id);
        return Err(Stop::fail(second.reply.at, "two payments of two orders", got));
    }
    case.confirm(&second).await?;
    case.still_open(&first, "the payment of another order").await
}
