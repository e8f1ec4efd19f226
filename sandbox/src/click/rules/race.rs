//! Calls at the same instant: whatever the order in which they arrive, one consistent story comes out.

use super::prepare::echoed;
use crate::click::case::{Attempt, Case, Prepared};
use crate::click::reply::{CANCELLED, PAID};
use crate::suite::{Stop, bursts, rules};

rules! {
    click "Calls at the same instant":

    "CLICK-RACE-01", Expected, Request / Read, same_prepare,
    "Eight identical Prepare calls at the same instant all get error 0 and one merchant_prepare_id.",
    "The row is looked up and then inserted without a unique key: two rows, or a duplicate-key fault.";

    "CLICK-RACE-02", Required, Errors / Official, same_complete,
    "Of twenty identical Complete calls at the same instant one gets 0, all others -4.",
    "The state is read and then written: the payment is counted twice.";

    "CLICK-RACE-03", Required, Errors / Official, complete_or_cancel,
    "Of a Complete and a cancellation at the same instant one comes first, and both answers fit.",
    "The state is read and then written: the order is paid by money that went back.";

    "CLICK-RACE-04", Required, Errors / Official, one_winner,
    "Of twenty attempts that reach for one order at the same instant exactly one is confirmed.",
    "The check for the order's state and the write are two steps: the order is paid twice.";

    "CLICK-RACE-05", Required, Errors / Official, both_complete,
    "Two attempts that were both prepared are not both confirmed when their Complete calls come at the same instant.",
    "Complete locks the attempt and not the order.";

    "CLICK-RACE-06", Required, Request / Official, side_by_side,
    "Payments of different orders at the same instant do not mix.",
    "The current order is kept in a field that all requests share.";
}

async fn same_prepare(case: &Case) -> Result<(), Stop> {
    bursts(case, case.bench.rounds, |case, round| Box::pin(same_prepare_burst(case, round))).await
}

async fn same_prepare_burst(case: &Case, _round: usize) -> Result<(), Stop> {
    let attempt = case.attempt(&case.order().await?);
    let replies = case.play_at_once(&vec![case.prepare(&attempt); 8]).await?;
    let mut ids = Vec::new();
    for reply in &replies {
        reply.accepted("for each of eight identical Prepare calls").map_err(|stop| stop.step(&["CLICK-PREPARE-08"]))?;
        ids.push(reply.prepare_id()?);
    }
    ids.dedup();
    match ids.len() {
        1 => Ok(()),
        count => {
            let stop = Stop::fail(case.last(), "one merchant_prepare_id", format!("{count} different ones"));
            Err(stop.step(&["CLICK-PREPARE-08"]))
        }
    }
}

async fn same_complete(case: &Case) -> Result<(), Stop> {
    bursts(case, case.bench.rounds, |case, round| Box::pin(same_complete_burst(case, round))).await
}

async fn same_complete_burst(case: &Case, _round: usize) -> Result<(), Stop> {
    const REPEATS: usize = 20;
    let prepared = case.prepared().await?;
    let replies = case.play_at_once(&vec![case.complete(&prepared.attempt, &prepared.id); REPEATS]).await?;
    let mut confirmed = 0;
    for reply in &replies {
        let code = reply.refused(&[0, PAID], "for each of twenty identical Complete calls")?;
        confirmed += usize::from(code == 0);
    }
    match confirmed {
        1 => Ok(()),
        count => {
            let stop =
                Stop::fail(case.last(), format!("one of {REPEATS} to be answered with 0"), format!("{count} were"));
            Err(stop.step(&["CLICK-COMPLETE-04"]))
        }
    }
}

async fn complete_or_cancel(case: &Case) -> Result<(), Stop> {
    bursts(case, case.bench.rounds * 2, |case, round| Box::pin(complete_or_cancel_burst(case, round))).await
}

async fn complete_or_cancel_burst(case: &Case, round: usize) -> Result<(), Stop> {
    const ALONE: &[&str] = &["CLICK-COMPLETE-09", "CLICK-COMPLETE-11", "CLICK-COMPLETE-12", "CLICK-COMPLETE-04"];
    let prepared = case.prepared().await?;
    // Taking turns in who is sent first gives both a chance to win.
    let mut calls = [case.complete(&prepared.attempt, &prepared.id), case.cancel(&prepared.attempt, &prepared.id)];
    if round % 2 == 1 {
        calls.reverse();
    }
    let mut replies = case.play_at_once(&calls).await?;
    if round % 2 == 1 {
        replies.reverse();
    }
    let confirmed =
        replies[0].refused(&[0, CANCELLED], "for the Complete of the two").map_err(|stop| stop.step(ALONE))?;
    let paid_first = confirmed == 0;
    case.note(format!("the {} came first in some bursts", if paid_first { "payment" } else { "cancellation" }));
    let cancelled: &[i64] = if paid_first { &[CANCELLED, PAID] } else { &[CANCELLED] };
    replies[1].refused(cancelled, "for the cancellation of the two").map_err(|stop| stop.step(ALONE))?;
    let after = case.play(&case.complete(&prepared.attempt, &prepared.id)).await?;
    let allowed: &[i64] = if paid_first { &[PAID, CANCELLED] } else { &[CANCELLED] };
    after.refused(allowed, "for the same Complete afterwards").map(drop).map_err(|stop| stop.step(ALONE))
}

async fn one_winner(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    bursts(case, case.bench.rounds, |case, round| Box::pin(one_winner_burst(case, round))).await
}

async fn one_winner_burst(case: &Case, _round: usize) -> Result<(), Stop> {
    const RIVALS: usize = 20;
    let order = case.order().await?;
    let attempts: Vec<Attempt> = (0..RIVALS).map(|_| case.attempt(&order)).collect();
    let calls: Vec<_> = attempts.iter().map(|attempt| case.prepare(attempt)).collect();
    let replies = case.play_at_once(&calls).await?;
    let mut all = Vec::new();
    for (attempt, reply) in attempts.into_iter().zip(replies) {
        if reply.refused(&[0, PAID, CANCELLED], "for an attempt that reaches for the same order")? == 0 {
            all.push(case.taken(attempt, reply)?);
        }
    }
    case.note(format!("of {RIVALS} attempts {} or so were prepared", all.len()));
    confirmed_at_once(case, &all).await
}

/// Confirms all attempts at one instant: exactly one may be told that it has paid the order.
async fn confirmed_at_once(case: &Case, all: &[Prepared]) -> Result<(), Stop> {
    let calls: Vec<_> = all.iter().map(|prepared| case.complete(&prepared.attempt, &prepared.id)).collect();
    let replies = case.play_at_once(&calls).await?;
    let confirmed = replies.iter().filter(|reply| reply.error() == Some(0)).count();
    let counted = || {
        let got = format!("{confirmed} of {} were confirmed", all.len());
        let stop = Stop::fail(case.last(), "exactly one attempt for the order to be confirmed", got);
        stop.step(&["CLICK-PREPARE-14"])
    };
    // That the order was paid twice weighs more than a wrong code beside it.
    if confirmed > 1 {
        return Err(counted());
    }
    for reply in &replies {
        reply.refused(&[0, PAID, CANCELLED], "for the Complete of an attempt that was prepared")?;
    }
    if confirmed == 1 { Ok(()) } else { Err(counted()) }
}

async fn both_complete(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    bursts(case, case.bench.rounds, |case, round| Box::pin(both_complete_burst(case, round))).await
}

async fn both_complete_burst(case: &Case, _round: usize) -> Result<(), Stop> {
    let order = case.order().await?;
    let first = case.prepared_on(&order).await?;
    let attempt = case.attempt(&order);
    let reply = case.play(&case.prepare(&attempt)).await?;
    if reply.refused(&[0, PAID, CANCELLED], "for a second attempt while the first waits")? != 0 {
        return Err(Stop::Skip("the server prepares one attempt for an order at a time".to_owned()));
    }
    let second = case.taken(attempt, reply)?;
    confirmed_at_once(case, &[first, second]).await
}

async fn side_by_side(case: &Case) -> Result<(), Stop> {
    bursts(case, case.bench.rounds.div_ceil(3), |case, round| Box::pin(side_by_side_burst(case, round))).await
}

async fn side_by_side_burst(case: &Case, _round: usize) -> Result<(), Stop> {
    const ORDERS: usize = 8;
    const ALONE: &[&str] = &["CLICK-PREPARE-03", "CLICK-COMPLETE-02"];
    let mut attempts = Vec::new();
    for _ in 0..ORDERS {
        attempts.push(case.attempt(&case.order().await?));
    }
    let calls: Vec<_> = attempts.iter().map(|attempt| case.prepare(attempt)).collect();
    let mut all = Vec::new();
    for (attempt, reply) in attempts.into_iter().zip(case.play_at_once(&calls).await?) {
        reply.accepted("for Prepare of one of eight orders")?;
        echoed(&reply, &attempt).map_err(|stop| stop.step(ALONE))?;
        all.push(case.taken(attempt, reply)?);
    }
    let mut ids: Vec<&String> = all.iter().map(|prepared| &prepared.id).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() != ORDERS {
        let got = format!("{} different ones", ids.len());
        return Err(Stop::fail(case.last(), format!("{ORDERS} numbers of {ORDERS} payments"), got));
    }
    let calls: Vec<_> = all.iter().map(|prepared| case.complete(&prepared.attempt, &prepared.id)).collect();
    for (prepared, reply) in all.iter().zip(case.play_at_once(&calls).await?) {
        reply.accepted("for Complete of one of eight payments")?;
        echoed(&reply, &prepared.attempt).map_err(|stop| stop.step(ALONE))?;
    }
    Ok(())
}
