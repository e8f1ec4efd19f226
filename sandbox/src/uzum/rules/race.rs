//! Calls at the same instant: whatever the order in which they arrive, one consistent story comes out.

use super::create::confirmed_once;
use crate::suite::{Stop, bursts, rules};
use crate::uzum::case::{Case, Created};
use crate::uzum::reply::{CONFIRMED, EXISTS, FINAL, REVERSED, Reply};
use serde_json::json;

rules! {
    uzum "Calls at the same instant":

    "UZUM-RACE-01", Required, Merchant / Read, same_create,
    "Of eight identical create calls at the same instant one makes the transaction; the others get 10010, or the same answer.",
    "The row is looked up and then inserted without a unique key: two rows, or a duplicate-key fault.";

    "UZUM-RACE-02", Required, Merchant / Read, same_confirm,
    "Of twenty identical confirm calls at the same instant one gets CONFIRMED; the others get 10016, or the same answer.",
    "The state is read and then written: the payment is counted twice.";

    "UZUM-RACE-03", Required, Merchant / Read, confirm_or_reverse,
    "Of confirm and reverse at the same instant one comes first, both answers fit, and status says the same.",
    "The state is read and then written: the customer has paid for an order that was released.";

    "UZUM-RACE-04", Required, Merchant / Inferred, one_winner,
    "Of twenty transactions that reach for one order at the same instant exactly one is confirmed.",
    "The check for the order's state and the write are two steps: the order is paid twice.";

    "UZUM-RACE-05", Required, Merchant / Inferred, side_by_side,
    "Payments of different orders at the same instant do not mix.",
    "The current order is kept in a field that all requests share.";
}

/// Requires one answer with this status, and of the rest this code or the same answer.
fn one_of(case: &Case, replies: &[Reply], word: &str, code: i64) -> Result<(), Stop> {
    let Some(first) = replies.iter().find(|reply| reply.code().is_none() && reply.status() == Some(word)) else {
        let got = replies.first().map_or_else(String::new, |reply| reply.body.to_string());
        return Err(Stop::fail(case.last(), format!("one answer with status {word}"), format!("none; one is {got}")));
    };
    for reply in replies {
        reply.repeats(code, first, &format!("next to the one {word}"))?;
    }
    // Several answers with CONFIRMED are right only where repeats are answered like the first call.
    let taken = replies.iter().filter(|reply| reply.code().is_none()).count();
    case.note(format!("{taken} of {} identical calls were answered with {word} in some bursts", replies.len()));
    Ok(())
}

async fn same_create(case: &Case) -> Result<(), Stop> {
    bursts(case, case.bench.rounds, |case, round| Box::pin(same_create_burst(case, round))).await
}

async fn same_create_burst(case: &Case, _round: usize) -> Result<(), Stop> {
    let (order, id) = (case.order().await?, case.id());
    let replies = case.play_at_once(&vec![case.create(&id, &order); 8]).await?;
    one_of(case, &replies, "CREATED", EXISTS).map_err(|stop| stop.step(&["UZUM-CREATE-05"]))?;
    case.stands(&id, "CREATED").await.map(drop)
}

async fn same_confirm(case: &Case) -> Result<(), Stop> {
    bursts(case, case.bench.rounds, |case, round| Box::pin(same_confirm_burst(case, round))).await
}

async fn same_confirm_burst(case: &Case, _round: usize) -> Result<(), Stop> {
    let transaction = case.created().await?;
    let replies = case.play_at_once(&vec![case.confirm(&transaction.id); 20]).await?;
    one_of(case, &replies, "CONFIRMED", CONFIRMED).map_err(|stop| stop.step(&["UZUM-CONFIRM-04"]))?;
    let taken = replies.iter().find(|reply| reply.code().is_none());
    let row = case.stands(&transaction.id, "CONFIRMED").await?;
    match taken {
        Some(taken) => row.member("confirmTime", &taken.body["confirmTime"]),
        None => Ok(()),
    }
}

async fn confirm_or_reverse(case: &Case) -> Result<(), Stop> {
    bursts(case, case.bench.rounds * 2, |case, round| Box::pin(confirm_or_reverse_burst(case, round))).await
}

async fn confirm_or_reverse_burst(case: &Case, round: usize) -> Result<(), Stop> {
    let transaction = case.created().await?;
    // Taking turns in who is sent first gives both a chance to win.
    let mut calls = [case.confirm(&transaction.id), case.reverse(&transaction.id)];
    if round % 2 == 1 {
        calls.reverse();
    }
    let mut replies = case.play_at_once(&calls).await?;
    if round % 2 == 1 {
        replies.reverse();
    }
    let (confirmed, reversed) = (&replies[0], &replies[1]);
    let paid_first = confirmed.code().is_none();
    case.note(format!("the {} came first in some bursts", if paid_first { "payment" } else { "reversal" }));
    if !paid_first {
        confirmed.refused(&[REVERSED], "because the reversal came first")?;
        reversed.accepted("REVERSED", "because it came first")?;
        return stored(case, &transaction, "REVERSED").await;
    }
    confirmed.accepted("CONFIRMED", "because it came first")?;
    match reversed.code() {
        Some(_) => {
            reversed.refused(&[FINAL], "or status REVERSED after the payment")?;
            stored(case, &transaction, "CONFIRMED").await
        }
        None => {
            reversed.accepted("REVERSED", "after the payment")?;
            stored(case, &transaction, "REVERSED").await
        }
    }
}

/// What is stored in the end is what this race is about, and no step on the way.
async fn stored(case: &Case, transaction: &Created, word: &str) -> Result<(), Stop> {
    case.play(&case.status(&transaction.id)).await?.accepted(word, "from status, as the calls were answered")
}

async fn one_winner(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    bursts(case, case.bench.rounds, |case, round| Box::pin(one_winner_burst(case, round))).await
}

async fn one_winner_burst(case: &Case, _round: usize) -> Result<(), Stop> {
    const RIVALS: usize = 20;
    let order = case.order().await?;
    let ids: Vec<String> = (0..RIVALS).map(|_| case.id()).collect();
    let calls: Vec<_> = ids.iter().map(|id| case.create(id, &order)).collect();
    let replies = case.play_at_once(&calls).await?;
    let taken = ids.into_iter().zip(replies).filter(|(_, reply)| reply.code().is_none());
    let all: Vec<Created> =
        taken.map(|(id, created)| Created { id, order: order.clone(), created, ended: None }).collect();
    // Those that are confirmed one after the other show whether the creates were apart, those at once whether confirm is.
    if all.len() < 2 {
        return confirmed_once(case, &all).await.map_err(|stop| stop.step(&["UZUM-CREATE-09"]));
    }
    let calls: Vec<_> = all.iter().map(|transaction| case.confirm(&transaction.id)).collect();
    let replies = case.play_at_once(&calls).await?;
    match replies.iter().filter(|reply| reply.status() == Some("CONFIRMED")).count() {
        1 => Ok(()),
        count => {
            let expected = "exactly one transaction for the order to be confirmed";
            let stop = Stop::fail(case.last(), expected, format!("{count} of {} were confirmed", all.len()));
            Err(stop.step(&["UZUM-CREATE-09"]))
        }
    }
}

async fn side_by_side(case: &Case) -> Result<(), Stop> {
    bursts(case, case.bench.rounds.div_ceil(3), |case, round| Box::pin(side_by_side_burst(case, round))).await
}

async fn side_by_side_burst(case: &Case, _round: usize) -> Result<(), Stop> {
    const ORDERS: usize = 8;
    let mut all = Vec::new();
    for _ in 0..ORDERS {
        all.push((case.id(), case.order().await?));
    }
    let creates: Vec<_> = all.iter().map(|(id, order)| case.create(id, order)).collect();
    let confirms: Vec<_> = all.iter().map(|(id, _)| case.confirm(id)).collect();
    for (calls, word) in [(creates, "CREATED"), (confirms, "CONFIRMED")] {
        for ((id, order), reply) in all.iter().zip(case.play_at_once(&calls).await?) {
            reply.accepted(word, "for one of eight orders")?;
            reply.member("transId", &json!(id))?;
            reply.member("amount", &json!(order.amount))?;
        }
    }
    Ok(())
}
